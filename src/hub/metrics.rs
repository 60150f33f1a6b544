//! A few counts for the administrator. They know no names.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the hub started.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the hundreds of their status: 1xx to 5xx.
    answers: [AtomicU64; 5],
    parts: AtomicU64,
    part_bytes: AtomicU64,
    mail_waiting: AtomicU64,
    mail_sent: AtomicU64,
    mail_failures: AtomicU64,
    mail_given_up: AtomicU64,
}

impl Metrics {
    /// An answer went out.
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// A part was kept.
    pub fn kept_part(&self, bytes: u64) {
        self.parts.fetch_add(1, Ordering::Relaxed);
        self.part_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many messages wait in the outbox.
    pub fn mail_waits(&self, messages: u64) {
        self.mail_waiting.store(messages, Ordering::Relaxed);
    }

    /// A message was handed over.
    pub fn mail_sent(&self) {
        self.mail_sent.fetch_add(1, Ordering::Relaxed);
    }

    /// A message was not handed over, whatever comes of it.
    pub fn mail_failed(&self) {
        self.mail_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// A message is not tried any more.
    pub fn mail_given_up(&self) {
        self.mail_given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts as Prometheus reads them (text format 0.0.4).
    pub fn text(&self) -> String {
        let mut text = String::from("# HELP zegel_answers_total Answers by class of status.\n");
        text.push_str("# TYPE zegel_answers_total counter\n");
        for (class, count) in self.answers.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            text.push_str(&format!("zegel_answers_total{{status=\"{}xx\"}} {count}\n", class + 1));
        }
        for (name, help, count) in [
            ("zegel_parts_total", "Parts of bodies kept.", &self.parts),
            ("zegel_part_bytes_total", "Bytes in those parts.", &self.part_bytes),
            ("zegel_mail_sent_total", "Messages handed over.", &self.mail_sent),
            ("zegel_mail_failures_total", "Attempts that failed.", &self.mail_failures),
            ("zegel_mail_given_up_total", "Messages that are not tried any more.", &self.mail_given_up),
            ("zegel_mail_waiting", "Messages in the outbox.", &self.mail_waiting),
        ] {
            let count = count.load(Ordering::Relaxed);
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {count}\n"));
        }
        text
    }
}
