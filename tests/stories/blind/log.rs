//! All that the hub and its libraries write to their log, at every level.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::filter::LevelFilter;

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// One log for all that this process runs.
    pub fn of_everything() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let begin = || {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
            subscriber.with_writer(move || writer.clone()).try_init().expect("nobody else takes the log");
            log
        };
        LOG.get_or_init(begin).clone()
    }

    pub fn read(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    /// As the hub would: a line, if it is text. What is no text can only come there past it.
    pub fn writes(&self, bytes: &[u8]) {
        match std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) {
            Some(text) => tracing::trace!("{text}"),
            None => self.clone().write_all(bytes).unwrap(),
        }
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
