//! Fills a house's database with cases of somebody else: rows like those of one real case, each with its own number
//! and ids, under a tree that is right. They are not signed anew, since no read verifies what the hub once judged.

use std::collections::HashMap;
use std::fmt::Write;

use sqlx::{AssertSqlSafe, Row};
use zegel::clock::random;
use zegel::demo::stage::Stage;
use zegel::hub::db::Tx;
use zegel::protocol::id::{CaseNumber, Digest, MemberId};
use zegel::protocol::journal::{Event, Frontier, Leaf, Record, Salt, Scope, root_nodes};

/// So many values go in at once. SQLite looks each up among all of them, so more would take longer.
const VALUES: usize = 900;

/// Makes so many cases like this one. Each has its statements, who sees them, their parts and headers, and a record.
pub async fn fill(stage: &Stage, like: CaseNumber, cases: u32) {
    let mut tx = stage.hub.state.db.begin().await.expect("a transaction");
    let mut pen = Pen::new(&mut tx, stage).await;
    let template = template(&mut tx, like).await;
    let first: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM statement WHERE kind = 'case'")
        .fetch_one(&mut *tx)
        .await
        .expect("a number");
    for count in 1..=cases {
        let number = CaseNumber { year: like.year, count: first as u32 + count };
        pen.case(&template, like, number);
        pen.write_if_full(&mut tx).await;
    }
    let size = pen.frontier.size() as i64;
    pen.write_all(&mut tx).await;
    let grown = sqlx::query("UPDATE journal SET size = $1 WHERE id = 1").bind(size);
    grown.execute(&mut *tx).await.expect("the journal's size");
    tx.commit().await.expect("all is there");
    // What a running PostgreSQL does by itself, after a minute or so.
    if stage.hub.state.config.database.reveal().starts_with("postgres") {
        sqlx::query("ANALYZE").execute(stage.hub.state.db.writer()).await.expect("statistics");
    }
}

/// A value of a row.
#[derive(Clone)]
enum Value {
    Number(i64),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

/// Name, digest, length, payload, upload.
type Part = (String, String, i64, Option<Vec<u8>>, Option<String>);

/// The rows of a statement and of what belongs to it, as they are found.
struct Template {
    id: Digest,
    kind: String,
    signer: String,
    at: String,
    text: String,
    signature: Vec<u8>,
    shown: Vec<String>,
    parts: Vec<Part>,
    /// Part, reader, bytes.
    headers: Vec<(String, String, Vec<u8>)>,
}

async fn template(tx: &mut Tx, case: CaseNumber) -> Vec<Template> {
    let statements =
        "SELECT leaf, id, kind, signer, at, text, signature FROM statement WHERE scope = $1 ORDER BY leaf";
    let rows = sqlx::query(statements).bind(case.to_string()).fetch_all(&mut **tx).await.expect("a case");
    let mut template = Vec::new();
    for row in rows {
        let (id, leaf): (String, i64) = (row.get("id"), row.get("leaf"));
        let shown = sqlx::query_scalar("SELECT who FROM shown WHERE leaf = $1").bind(leaf);
        let parts = "SELECT part, digest, length, payload, upload FROM sealed_part WHERE statement = $1";
        let parts = sqlx::query(parts).bind(id.clone()).fetch_all(&mut **tx).await.expect("parts");
        let headers = "SELECT part, reader, bytes FROM header WHERE statement = $1";
        let headers = sqlx::query(headers).bind(id.clone()).fetch_all(&mut **tx).await.expect("headers");
        template.push(Template {
            id: id.parse().expect("an id"),
            kind: row.get("kind"),
            signer: row.get("signer"),
            at: row.get("at"),
            text: row.get("text"),
            signature: row.get("signature"),
            shown: shown.fetch_all(&mut **tx).await.expect("who sees it"),
            parts: parts.iter().map(|r| (r.get(0), r.get(1), r.get(2), r.get(3), r.get(4))).collect(),
            headers: headers.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect(),
        });
    }
    template
}

/// Rows that wait to be written, by table and columns.
struct Pen {
    waiting: HashMap<&'static str, Vec<Vec<Value>>>,
    frontier: Frontier,
    reader: MemberId,
}

impl Pen {
    async fn new(tx: &mut Tx, stage: &Stage) -> Self {
        let size = zegel::hub::journal::size(tx).await.expect("a size");
        let mut peaks = Vec::new();
        for node in root_nodes(size).ids() {
            peaks.push(zegel::hub::journal::node(tx, node).await.expect("a node"));
        }
        let frontier = Frontier::new(size, peaks).expect("a tree");
        Self { waiting: HashMap::new(), frontier, reader: stage.member("pieter").expect("he has keys") }
    }

    fn row(&mut self, table: &'static str, values: Vec<Value>) {
        self.waiting.entry(table).or_default().push(values);
    }

    /// One more case, in which every id of the old one is another.
    fn case(&mut self, template: &[Template], like: CaseNumber, number: CaseNumber) {
        let mut ids: Vec<(Digest, Digest)> = Vec::new();
        for statement in template {
            let mut text = statement.text.replace(&like.to_string(), &number.to_string());
            for (old, new) in &ids {
                text = text.replace(&old.to_string(), &new.to_string());
            }
            let id = Digest::of(text.as_bytes());
            ids.push((statement.id, id));
            self.statement(statement, number, id, text);
        }
        let about = ids.last().expect("a statement").1;
        let at = template[0].at.parse().expect("a moment");
        let record = Record::Opened { member: self.reader, about };
        self.leaf(number, Event::Record { at, record });
    }

    fn statement(&mut self, like: &Template, case: CaseNumber, id: Digest, text: String) {
        let at = like.at.parse().expect("a moment");
        let leaf =
            self.leaf(case, Event::Statement { at, statement: id, signature: Digest::of(&like.signature) });
        let (id, scope) = (id.to_string(), case.to_string());
        self.row(
            "statement (leaf, id, kind, scope, signer, at, text, signature)",
            vec![
                Value::Number(leaf),
                id.clone().into(),
                like.kind.clone().into(),
                scope.clone().into(),
                like.signer.clone().into(),
                like.at.clone().into(),
                text.into(),
                Value::Bytes(Some(like.signature.clone())),
            ],
        );
        for who in &like.shown {
            self.shown(who, &scope, leaf, &like.kind);
        }
        for (part, digest, length, payload, upload) in &like.parts {
            self.row(
                "sealed_part (statement, part, scope, digest, length, payload, upload)",
                vec![
                    id.clone().into(),
                    part.clone().into(),
                    scope.clone().into(),
                    digest.clone().into(),
                    Value::Number(*length),
                    Value::Bytes(payload.clone()),
                    Value::Text(upload.clone()),
                ],
            );
        }
        for (part, reader, bytes) in &like.headers {
            let values = vec![
                id.clone().into(),
                part.clone().into(),
                reader.clone().into(),
                Value::Bytes(Some(bytes.clone())),
            ];
            self.row("header (statement, part, reader, bytes)", values);
        }
    }

    fn shown(&mut self, who: &str, scope: &str, leaf: i64, kind: &str) {
        let values =
            vec![who.to_owned().into(), scope.to_owned().into(), Value::Number(leaf), kind.to_owned().into()];
        self.row("shown (who, scope, leaf, kind)", values);
    }

    fn leaf(&mut self, case: CaseNumber, event: Event) -> i64 {
        let salt = || -> Salt {
            let mut salt = [0; 32];
            random().fill(&mut salt).expect("randomness");
            salt
        };
        let leaf = self.frontier.size() as i64;
        let entry = Leaf { scope: Scope::Case(case), scope_salt: salt(), event_salt: salt(), event };
        let halves = entry.halves();
        self.row(
            "leaf (leaf, scope, scope_salt, event_half, event_salt, event)",
            vec![
                Value::Number(leaf),
                case.to_string().into(),
                Value::Bytes(Some(entry.scope_salt.to_vec())),
                Value::Bytes(Some(halves.event.0.to_vec())),
                Value::Bytes(Some(entry.event_salt.to_vec())),
                entry.event.to_string().into(),
            ],
        );
        for (node, hash) in self.frontier.append(halves.hash()) {
            let values = vec![
                Value::Number(i64::from(node.level)),
                Value::Number(node.index as i64),
                Value::Bytes(Some(hash.0.to_vec())),
            ];
            self.row("node (level, place, hash)", values);
        }
        leaf
    }

    async fn write_if_full(&mut self, tx: &mut Tx) {
        if self.waiting.values().any(|rows| rows.len() * rows[0].len() > VALUES / 2) {
            self.write_all(tx).await;
        }
    }

    async fn write_all(&mut self, tx: &mut Tx) {
        for (table, rows) in std::mem::take(&mut self.waiting) {
            let columns = rows[0].len();
            for some in rows.chunks(VALUES / columns) {
                let mut sql = format!("INSERT INTO {table} VALUES ");
                for row in 0..some.len() {
                    let places: Vec<String> =
                        (1..=columns).map(|n| format!("${}", row * columns + n)).collect();
                    let comma = if row == 0 { "" } else { ", " };
                    // Writing to a String cannot fail.
                    let _ = write!(sql, "{comma}({})", places.join(", "));
                }
                let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
                for value in some.iter().flatten().cloned() {
                    query = match value {
                        Value::Number(number) => query.bind(number),
                        Value::Text(text) => query.bind(text),
                        Value::Bytes(bytes) => query.bind(bytes),
                    };
                }
                query.execute(&mut **tx).await.expect("rows");
            }
        }
    }
}
