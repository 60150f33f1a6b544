//! The hub against its own description, by Schemathesis (<https://schemathesis.readthedocs.io>): whatever is sent, it
//! never breaks, and answers as it says that it answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::asked::Asker;
use super::house::House;
use super::routes::{self, Row};
use crate::support::Base;

/// It does not know by itself how to send bytes of the kind that tus has.
const HOOKS: &str = r#"
import schemathesis

@schemathesis.serializer("application/offset+octet-stream")
def bytes_as_they_are(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
"#;

/// Everything that Schemathesis holds an answer against. Not whether it is refused what the description would allow:
/// most ids are of nothing, and most of what fits a schema is no signed statement. And refusals that it does not
/// expect where something is not as described: tus's own, and a length beyond all limits.
const CHECKS: &str = "[checks]
positive_data_acceptance.enabled = false
missing_required_header.expected-statuses = [400, 401, 403, 412]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415]
";
const EACH: &str = "150";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and needs Schemathesis: make soak"]
async fn the_hub_answers_as_it_describes_whatever_is_sent() {
    let house = House::stands(Base::Sqlite).await;
    let asker = Asker::of(&house);
    let mut description = asker.description().await;
    let rows = routes::rows(&description, &house);
    gives_examples(&mut description, &rows);
    let folder = house.play.stage.folder.join("described");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("openapi.json"), description.to_string()).unwrap();
    let hub = house.play.stage.url().unwrap();
    for who in ["nobody", "stranger", "supplier", "director"] {
        let header = house.people.token(who).map(|token| format!("Authorization = \"Bearer {token}\"\n"));
        let settings = format!("[headers]\n{}{CHECKS}", header.unwrap_or_default());
        fs::write(folder.join("schemathesis.toml"), settings).unwrap();
        fs::write(folder.join("hooks.py"), HOOKS).unwrap();
        let mut command = Command::new(schemathesis());
        command.env("SCHEMATHESIS_HOOKS", "hooks");
        command.current_dir(&folder).args(["--config-file", "schemathesis.toml", "run", "openapi.json"]);
        command.args(["--url", hub.as_str().trim_end_matches('/')]);
        command.args(["--max-examples", EACH, "--seed", "1", "--generation-database", "none", "--no-color"]);
        command.args(["--suppress-health-check", "all", "--continue-on-failure"]);
        // Its own time passes while the hub answers.
        let output =
            tokio::task::spawn_blocking(move || command.output().expect("schemathesis")).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{who}:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
        println!("{who}:\n{}", said.rsplit_once("SUMMARY").map_or(&*said, |(_, summary)| summary));
    }
}

/// Where `ops/install.sh soak` puts it.
fn schemathesis() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/soak/bin/schemathesis")
}

/// Real ids beside those that it makes up, so that it gets through the door.
fn gives_examples(description: &mut Value, rows: &[Row]) {
    let paths = description["paths"].as_object_mut().unwrap();
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().unwrap() {
            // What takes away would take it from the next.
            if method == "delete" {
                continue;
            }
            let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
                continue;
            };
            for parameter in parameters {
                let name = parameter["name"].as_str().unwrap().to_owned();
                let of_it = rows.iter().filter(|row| row.path == *path && row.request.method == *method);
                let values: Vec<String> =
                    of_it.filter_map(|row| value(path, &name, &row.request.path)).collect();
                if !values.is_empty() {
                    let examples = values
                        .iter()
                        .enumerate()
                        .map(|(at, value)| (at.to_string(), json!({ "value": value })));
                    parameter["examples"] = examples.collect();
                }
            }
        }
    }
}

/// What stands for a parameter in a path that was asked.
fn value(path: &str, name: &str, asked: &str) -> Option<String> {
    let (before, _) = path.split_once(&format!("{{{name}}}"))?;
    let place = before.split('/').count() - 1;
    asked.split(['?', ' ']).next()?.split('/').nth(place).map(str::to_owned)
}
