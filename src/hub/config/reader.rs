//! Reads settings one by one and gathers all that is wrong with them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Value;

use super::{ConfigError, Fault, Secret};

/// What every variable of ours begins with.
const OURS: &str = "ZEGEL__";

/// Settings not yet read, each with where it was set; and the faults so far.
pub(super) struct Reader {
    settings: BTreeMap<String, (Value, String)>,
    places: BTreeMap<String, String>,
    file: String,
    faults: Vec<Fault>,
}

impl Reader {
    /// Takes in the file and the environment. Errors when the file can't be read, or is no TOML.
    pub fn open(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let stop = |reason: String, what_to_do: &str| {
            ConfigError(vec![Fault { place: file.clone(), reason, what_to_do: what_to_do.to_owned() }])
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| stop(format!("it can't be read: {error}"), "Name a file that can be read"))?;
        // The message only: toml's full error shows the line, which may hold a secret.
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text.bytes().take(span.start).filter(|c| *c == b'\n').count());
            stop(format!("line {line} is no TOML: {}", error.message()), "Correct that line")
        })?;

        let mut settings = BTreeMap::new();
        flatten("", table, &mut |key, value| {
            settings.insert(key.clone(), (value, format!("{key} in {file}")));
        });
        let mut faults = Vec::new();
        for (name, value) in environment {
            let Some(rest) = name.strip_prefix(OURS) else { continue };
            let key = rest.to_ascii_lowercase().replace("__", ".");
            if let Some((_, other)) = settings.insert(key, (Value::String(value), name.clone()))
                && other.starts_with(OURS)
            {
                let reason = format!("{other} sets the same");
                faults.push(Fault { place: name, reason, what_to_do: "Keep one of the two".to_owned() });
            }
        }
        Ok(Self { settings, places: BTreeMap::new(), file, faults })
    }

    /// The faults, with those for whatever was never asked for.
    pub fn finish(mut self) -> Vec<Fault> {
        for (_, (_, place)) in std::mem::take(&mut self.settings) {
            let what_to_do = "Remove it, or correct its spelling".to_owned();
            self.faults.push(Fault { place, reason: "there is no such setting".to_owned(), what_to_do });
        }
        self.faults
    }

    /// Notes what is wrong with a key.
    pub fn fault(&mut self, key: &str, reason: &str, what_to_do: &str) {
        let place = match self.places.get(key) {
            Some(place) => place.clone(),
            None => format!("{key} in {}", self.file),
        };
        self.faults.push(Fault { place, reason: reason.to_owned(), what_to_do: what_to_do.to_owned() });
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let (value, place) = self.settings.remove(key)?;
        self.places.insert(key.to_owned(), place);
        Some(value)
    }

    /// Leaves unread what begins so: what it must be can't be told.
    pub fn leave(&mut self, prefix: &str) {
        self.settings.retain(|key, _| !key.starts_with(prefix));
    }

    /// A text. Without `default` it must be given; `example` says what it is.
    pub fn text(&mut self, key: &str, default: Option<&str>, example: &str) -> Option<String> {
        match (self.take(key), default) {
            (Some(Value::String(text)), _) if !text.is_empty() => Some(text),
            (Some(_), _) => {
                self.fault(key, "this must be a text", &format!("Write it between quotes: {example}"));
                None
            }
            (None, Some(default)) => Some(default.to_owned()),
            (None, None) => {
                self.fault(key, "this is missing", &format!("Set it: {example}"));
                None
            }
        }
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, key: &str, example: &str) -> Option<String> {
        self.settings.contains_key(key).then(|| self.text(key, None, example)).flatten()
    }

    /// A text that `parse` understands.
    pub fn parsed<T>(
        &mut self,
        key: &str,
        default: Option<&str>,
        example: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key, default, example)?;
        let value = parse(&text);
        if value.is_none() {
            self.fault(key, "this can't be understood", &format!("Write it like this: {example}"));
        }
        value
    }

    /// True or false.
    pub fn flag(&mut self, key: &str, default: bool) -> Option<bool> {
        match self.take(key) {
            None => Some(default),
            Some(Value::Boolean(flag)) => Some(flag),
            Some(Value::String(text)) if text == "true" => Some(true),
            Some(Value::String(text)) if text == "false" => Some(false),
            Some(_) => {
                self.fault(key, "this is neither yes nor no", "Write true or false");
                None
            }
        }
    }

    /// A list of texts; in the environment one text, with commas between. Empty when not given.
    pub fn list<T>(&mut self, key: &str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let texts: Option<Vec<String>> = match self.take(key) {
            None => return Some(Vec::new()),
            Some(Value::String(text)) => {
                Some(text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect())
            }
            Some(Value::Array(values)) => {
                values.into_iter().map(|value| value.as_str().map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        let values = texts.and_then(|texts| texts.iter().map(|text| parse(text)).collect());
        if values.is_none() {
            self.fault(key, "this can't be understood", &format!("Write a list; each is {what}"));
        }
        values
    }

    /// A secret: from the environment, or from the file that `KEY_file` names. Never from the file itself, which
    /// is read, copied and shown by more people.
    pub fn secret(&mut self, key: &str, folder: &Path) -> Option<Secret> {
        let file_key = format!("{key}_file");
        let named = self.take(&file_key);
        let given = self.take(key);
        let from_environment = self.places.get(key).is_some_and(|place| place.starts_with(OURS));
        let advice = format!("Name a file in {file_key}, or set {}", variable(key));
        match (given, named) {
            (Some(_), _) if !from_environment => {
                self.fault(key, "a secret doesn't belong in this file", &advice);
                None
            }
            (Some(Value::String(text)), _) if !text.is_empty() => Some(Secret::new(text)),
            (None, Some(Value::String(file))) => match std::fs::read_to_string(folder.join(file)) {
                Ok(text) if !text.trim().is_empty() => Some(Secret::new(text.trim().to_owned())),
                Ok(_) => {
                    self.fault(&file_key, "the file is empty", "Put the secret in it");
                    None
                }
                Err(error) => {
                    self.fault(&file_key, &format!("the file can't be read: {error}"), &advice);
                    None
                }
            },
            _ => {
                self.fault(key, "this is missing", &advice);
                None
            }
        }
    }

    /// A secret that may be left out.
    pub fn optional_secret(&mut self, key: &str, folder: &Path) -> Option<Secret> {
        let given = self.settings.contains_key(key) || self.settings.contains_key(&format!("{key}_file"));
        given.then(|| self.secret(key, folder)).flatten()
    }

    /// A file that must be there.
    pub fn existing(&mut self, key: &str, file: PathBuf) -> Option<PathBuf> {
        match std::fs::metadata(&file) {
            Ok(found) if found.is_file() => Some(file),
            Ok(_) => {
                self.fault(key, "this is no file", "Name the file itself");
                None
            }
            Err(error) => {
                self.fault(key, &format!("the file can't be read: {error}"), "Put it there, or name another");
                None
            }
        }
    }

    /// A number of things.
    pub fn count(&mut self, key: &str, default: u64, range: RangeInclusive<u64>) -> Option<u64> {
        self.amount(key, default, range, &[("", 1)], "a whole number")
    }

    /// A number of bytes: `32 MiB`, or a whole number.
    pub fn size(&mut self, key: &str, default: u64, range: RangeInclusive<u64>) -> Option<u64> {
        let units = [("", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];
        self.amount(key, default, range, &units, "a size, like \"32 MiB\"")
    }

    /// A time: `30 s`, `10 min`, `12 h`, or a whole number of seconds.
    pub fn time(&mut self, key: &str, default: u64, range: RangeInclusive<u64>) -> Option<Duration> {
        let units = [("", 1), ("s", 1), ("min", 60), ("h", 3600)];
        self.amount(key, default, range, &units, "a time, like \"30 s\"").map(Duration::from_secs)
    }

    fn amount(
        &mut self,
        key: &str,
        default: u64,
        range: RangeInclusive<u64>,
        units: &[(&str, u64)],
        what: &str,
    ) -> Option<u64> {
        let amount = match self.take(key) {
            None => return Some(default),
            Some(Value::Integer(number)) => u64::try_from(number).ok(),
            Some(Value::String(text)) => with_unit(&text, units),
            Some(_) => None,
        };
        match amount {
            Some(amount) if range.contains(&amount) => Some(amount),
            Some(amount) => {
                let reason = format!("{amount} is out of bounds");
                self.fault(key, &reason, &format!("Choose between {} and {}", range.start(), range.end()));
                None
            }
            None => {
                self.fault(key, "this can't be understood", &format!("Write {what}"));
                None
            }
        }
    }
}

/// `12 MiB` is 12 of what a MiB is.
fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (_, size) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*size)
}

/// The variable that sets a key.
fn variable(key: &str) -> String {
    format!("{OURS}{}", key.to_ascii_uppercase().replace('.', "__"))
}

/// Calls `found` with each value and its whole key.
fn flatten(prefix: &str, table: toml::Table, found: &mut impl FnMut(String, Value)) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, found),
            other => found(key, other),
        }
    }
}
