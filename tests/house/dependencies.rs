//! What we build on: licences, bans and sources, held to `ops/dependencies.toml`.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use super::sources::top;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Policy {
    licences: Vec<String>,
    source: String,
    one_version: Vec<String>,
    #[serde(default)]
    exception: Vec<Exception>,
    #[serde(default)]
    ban: Vec<Ban>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    name: String,
    licence: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    name: String,
    reason: String,
}

impl Policy {
    pub fn read(text: &str) -> Self {
        toml::from_str(text)
            .expect("ops/dependencies.toml has the fields that tests/house/dependencies.rs reads")
    }

    pub fn of_the_house() -> Self {
        Self::read(&std::fs::read_to_string(top().join("ops/dependencies.toml")).unwrap())
    }

    /// Each exception has a reason, and a package that needs it; each ban has a reason.
    pub fn itself(&self, packages: &[Package]) -> Vec<String> {
        let mut broken = vec![];
        for exception in &self.exception {
            if !packages.iter().any(|package| package.name == exception.name) {
                broken.push(format!(
                    "ops/dependencies.toml excepts {}, which is not used: remove it.",
                    exception.name
                ));
            }
        }
        let reasons = self.exception.iter().map(|e| (&e.name, &e.reason));
        let reasons = reasons.chain(self.ban.iter().map(|b| (&b.name, &b.reason)));
        let missing = reasons.filter(|(_, reason)| reason.trim().is_empty());
        broken.extend(
            missing.map(|(name, _)| format!("ops/dependencies.toml gives no reason for {name}: add one.")),
        );
        broken
    }

    pub fn licences(&self, packages: &[Package]) -> Vec<String> {
        let refused = packages.iter().filter(|package| !self.accepts(package));
        let sentence = |package: &Package| {
            let licence = package.licence.as_deref().unwrap_or("no licence in its manifest");
            format!(
                "{} has {licence}, which ops/dependencies.toml does not list: use another package, or add an exception \
                 with the reason why it goes with EUPL-1.2.",
                package.name
            )
        };
        refused.map(sentence).collect()
    }

    fn accepts(&self, package: &Package) -> bool {
        let Some(licence) = &package.licence else { return false };
        let excepted = |e: &Exception| e.name == package.name && e.licence == *licence;
        self.exception.iter().any(excepted) || satisfies(licence, &self.licences).unwrap_or(false)
    }

    /// Bans, sources and checksums, from the text of `Cargo.lock`: for every platform, and without a network.
    pub fn lock(&self, text: &str) -> Vec<String> {
        let lock: Lock = toml::from_str(text).expect("Cargo.lock is as cargo writes it");
        let mut broken = vec![];
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in &lock.package {
            versions.entry(&package.name).or_default().push(&package.version);
            if let Some(ban) = self.ban.iter().find(|ban| ban.name == package.name) {
                broken.push(format!("Cargo.lock has {}, which is banned: {}", ban.name, ban.reason));
            }
            // What has no source is our own crate.
            if let Some(source) = &package.source
                && *source != self.source
            {
                broken
                    .push(format!("{} comes from {source}: only the public registry is used.", package.name));
            }
            if package.source.is_some() && package.checksum.is_none() {
                broken.push(format!(
                    "{} has no checksum in Cargo.lock: let cargo write it anew.",
                    package.name
                ));
            }
        }
        for name in &self.one_version {
            match versions.get(name.as_str()) {
                Some(found) if found.len() > 1 => broken.push(format!(
                    "Cargo.lock has {name} in versions {}: `cargo tree --invert {name}` tells who asks for which; keep one.",
                    found.join(" and ")
                )),
                _ => {}
            }
        }
        broken
    }

    /// Licences and sources of the browser portal, from the text of its `package-lock.json`.
    pub fn npm_lock(&self, text: &str) -> Vec<String> {
        let lock: Value = serde_json::from_str(text).expect("package-lock.json is JSON");
        let none = serde_json::Map::new();
        let mut broken = vec![];
        for (path, package) in lock["packages"].as_object().unwrap_or(&none) {
            let Some(name) = path.rsplit_once("node_modules/").map(|(_, name)| name) else { continue };
            if let Some(address) = package["resolved"].as_str() {
                broken.push(format!(
                    "browser/package-lock.json fetches {name} from {address}: write it with \
                     `npm install --omit-lockfile-registry-resolved`, so that each machine's own registry serves it."
                ));
            }
            if !package["integrity"].as_str().is_some_and(|digest| digest.starts_with("sha512-")) {
                broken.push(format!(
                    "browser/package-lock.json has no sha512 digest for {name}: write it anew."
                ));
            }
        }
        broken.extend(self.licences(&npm_packages(text)));
        broken
    }
}

/// What the browser portal builds on, from the text of its `package-lock.json`.
pub fn npm_packages(text: &str) -> Vec<Package> {
    let lock: Value = serde_json::from_str(text).expect("package-lock.json is JSON");
    let named = |(path, package): (&String, &Value)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        Some(Package { name: name.to_owned(), licence: package["license"].as_str().map(str::to_owned) })
    };
    lock["packages"].as_object().into_iter().flatten().filter_map(named).collect()
}

/// A package that we build on, and its licence as an SPDX expression.
#[derive(Clone)]
pub struct Package {
    pub name: String,
    pub licence: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

/// All packages that are built on this machine's kind of system, tests included. The build has fetched those already,
/// so that no network is needed; where it hasn't, cargo fetches what is missing.
pub fn packages() -> Vec<Package> {
    let metadata = metadata(&["--offline"]).or_else(|_| metadata(&[])).unwrap();
    let packages = metadata["packages"].as_array().expect("cargo metadata names packages");
    let read = |package: &Value| Package {
        name: package["name"].as_str().unwrap_or_default().to_owned(),
        licence: package["license"].as_str().map(str::to_owned),
    };
    packages.iter().map(read).collect()
}

fn metadata(more: &[&str]) -> Result<Value, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", &host()?]).args(more);
    let output = cargo.current_dir(top()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV names no host".to_owned())
}

/// Does the allow list satisfy this SPDX expression? Nothing, if it can't be read. `/` is the older spelling of `OR`.
pub fn satisfies(expression: &str, allowed: &[String]) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reading = Reading { words: &words, allowed };
    let answer = reading.either()?;
    reading.words.is_empty().then_some(answer)
}

struct Reading<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Reading<'_> {
    fn take(&mut self, word: &str) -> bool {
        let next = self.words.first() == Some(&word);
        if next {
            self.words = &self.words[1..];
        }
        next
    }

    fn either(&mut self) -> Option<bool> {
        let mut answer = self.both()?;
        while self.take("OR") {
            answer |= self.both()?;
        }
        Some(answer)
    }

    fn both(&mut self) -> Option<bool> {
        let mut answer = self.one()?;
        while self.take("AND") {
            answer &= self.one()?;
        }
        Some(answer)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let answer = self.either()?;
            return self.take(")").then_some(answer);
        }
        let (name, rest) = self.words.split_first()?;
        if ["AND", "OR", "WITH", ")"].contains(name) {
            return None;
        }
        self.words = rest;
        let mut name = (*name).to_owned();
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            name = format!("{name} WITH {exception}");
        }
        Some(self.allowed.contains(&name))
    }
}
