//! The rows: each operation that the hub describes, asked about each thing that it can be about. An operation that
//! nothing here knows how to ask stops the story.

use serde_json::Value;
use zegel::protocol::statement::PartName;

use super::asked::Request;
use super::house::{FETCH, House};
use super::objects::{self, Object};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch"];
/// The description does not describe itself.
const DESCRIPTION: &str = "/v1/openapi.json";
const NO_UPLOAD: &str = "00000000000000000000000000000000";

/// One row of the table.
pub struct Row {
    pub name: String,
    /// As in the description.
    pub path: String,
    pub request: Request,
    /// The same of what never was.
    pub never: Option<Request>,
    /// The same of what can be nothing's name.
    pub misspelt: Option<Request>,
}

impl Row {
    /// Whether the description has an answer with this status.
    pub fn describes(&self, description: &Value, cell: &str) -> bool {
        let operation = &description["paths"][&self.path][&self.request.method];
        self.path == DESCRIPTION || operation["responses"].get(&cell[..3]).is_some()
    }
}

/// Something asked without more.
pub fn plain(method: &str, path: &str) -> Request {
    Request { method: method.to_owned(), path: path.to_owned(), headers: vec![], body: None }
}

/// All of them, in the order of the description; what takes something away comes last.
pub fn rows(description: &Value, house: &House) -> Vec<Row> {
    let mut rows = Vec::new();
    for (path, method) in operations(description) {
        for (object, form) in forms(&path, &method, house) {
            let of = |id: &str| asked(&method, &form.replace("{}", id));
            let other = |id: &str| (!object.never.is_empty()).then(|| of(id));
            rows.push(Row {
                name: format!("{} {path} {}", method.to_uppercase(), object.name).trim_end().to_owned(),
                path: path.clone(),
                request: of(&object.id),
                never: other(&object.never),
                misspelt: other("nothing"),
            });
        }
    }
    let request = plain("get", DESCRIPTION);
    let (name, path) = (format!("GET {DESCRIPTION}"), DESCRIPTION.to_owned());
    rows.push(Row { name, path, request, never: None, misspelt: None });
    rows.sort_by_key(|row| row.request.method == "delete");
    rows
}

fn operations(description: &Value) -> Vec<(String, String)> {
    let paths = description["paths"].as_object().expect("paths");
    let mut operations = Vec::new();
    for (path, item) in paths {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        operations.extend(methods.map(|method| (path.clone(), (*method).to_owned())));
    }
    operations
}

/// What an operation can be about, each with the path in which `{}` is to be replaced by its id. What follows a
/// space is the body.
fn forms(path: &str, method: &str, house: &House) -> Vec<(Object, String)> {
    let with = |objects: Vec<Object>, form: &str| -> Vec<(Object, String)> {
        let form = format!("/v1/{form}");
        objects.into_iter().map(|object| (object, form.clone())).collect()
    };
    let nothing = || with(vec![of("", "", "")], &path[4..]);
    match (method, path) {
        ("get", "/v1/statements") => with(scopes(house), "statements?scope={}"),
        ("post", "/v1/statements") => with(vec![of("", "", "")], r#"statements {"entries":[]}"#),
        (_, "/v1/statements/{id}/parts/{part}/headers") => parts("headers", house),
        (_, "/v1/statements/{id}/parts/{part}/payload") => parts("payload", house),
        (_, "/v1/items/{id}/records") => with(objects::items(house), "items/{}/records"),
        (_, "/v1/letters/{id}/message") => with(objects::letters(house), "letters/{}/message"),
        (_, "/v1/letters/{id}/delivery") => with(objects::letters(house), "letters/{}/delivery"),
        (_, "/v1/vaults/{vault}/secret") => with(objects::vaults(house), "vaults/{}/secret"),
        (_, "/v1/vaults/{vault}/set") => with(objects::vaults(house), "vaults/{}/set"),
        (_, "/v1/vaults/{vault}/headers") => with(objects::vaults(house), "vaults/{}/headers"),
        ("options", "/v1/uploads/{id}") => with(vec![uploads(method, house).remove(0)], "uploads/{}"),
        ("patch", "/v1/uploads/{id}") => with(uploads(method, house), "uploads/{} abc"),
        (_, "/v1/uploads/{id}") => with(uploads(method, house), "uploads/{}"),
        (_, "/v1/sessions/{id}") => with(sessions(house), "sessions/{}"),
        ("post", "/v1/sessions") => {
            with(vec![of("", "", "")], r#"sessions {"statement":"no","signature":""}"#)
        }
        (_, "/v1/bundles") => {
            let bundle = of("of who is invited", hex::encode(FETCH), "00".repeat(32));
            with(vec![bundle], r#"bundles {"fetch":"{}"}"#)
        }
        (_, "/v1/tile/{tile}") => with(vec![of("", "0/000.p/1", "9/000")], "tile/{}"),
        (_, "/v1/journal/consistency") => {
            with(vec![of("", "2", "999999")], "journal/consistency?from=1&to={}")
        }
        (_, "/v1/hub" | "/v1/portal" | "/v1/checkpoint" | "/v1/authority" | "/v1/nonces") => nothing(),
        (_, "/v1/me" | "/v1/cases" | "/v1/sessions" | "/v1/uploads") => nothing(),
        _ => panic!(
            "who may {method} {path}? Say here about what it is asked, and see what the table becomes."
        ),
    }
}

fn of(name: &str, id: impl Into<String>, never: impl Into<String>) -> Object {
    Object { name: name.to_owned(), id: id.into(), never: never.into() }
}

fn scopes(house: &House) -> Vec<Object> {
    let case = |name: &str, id: String| of(name, id, "ZVH-2026-9999");
    vec![
        of("of the house", "house", "nowhere"),
        of("that are slips", "house&kind=slip", "house&kind=never"),
        of("that are bundles", "house&kind=bundle", "house&kind=never"),
        case("of the case", house.case.to_string()),
        case("of the other case", house.other.to_string()),
    ]
}

fn parts(what: &str, house: &House) -> Vec<(Object, String)> {
    let form = |(object, part): (Object, PartName)| {
        let name = format!("{}: {part}", object.name);
        (Object { name, ..object }, format!("/v1/statements/{{}}/parts/{part}/{what}"))
    };
    objects::parts(house).into_iter().map(form).collect()
}

fn uploads(method: &str, house: &House) -> Vec<Object> {
    let [first, second, third] = &house.drafts;
    let draft = match method {
        "patch" => first,
        "delete" => second,
        _ => third,
    };
    let body = &house.body_of_report;
    vec![of("of the supplier", draft, NO_UPLOAD), of("that became the report", body, NO_UPLOAD)]
}

fn sessions(house: &House) -> Vec<Object> {
    let bystander = &house.people.bystander;
    vec![of("of someone else", bystander, "0000000000000000"), of("of the own", "{own}", "0000000000000000")]
}

/// The request for an operation.
fn asked(method: &str, form: &str) -> Request {
    let (path, body) = form.split_once(' ').map_or((form, None), |(path, body)| (path, Some(body)));
    let mut request = Request { body: body.map(str::to_owned), ..plain(method, path) };
    if path.starts_with("/v1/uploads") {
        let kind = "application/offset+octet-stream";
        let headers = [("Tus-Resumable", "1.0.0"), ("Upload-Length", "3"), ("Upload-Offset", "0")];
        request.headers.extend(headers.into_iter().chain([("Content-Type", kind)]));
    } else if body.is_some() {
        request.headers.push(("Content-Type", "application/json"));
    }
    request
}

/// The paths of the description, each asked in the ways that it does not list.
pub fn not_described(description: &Value, house: &House) -> Vec<Request> {
    let described = operations(description);
    let mut requests = Vec::new();
    for (path, method) in &described {
        let form = forms(path, method, house).remove(0);
        let filled = form.1.replace("{}", &form.0.id);
        let is_described = |other: &str| described.iter().any(|(p, m)| p == path && m == other);
        // Whatever can be fetched can be asked for without its content.
        let others = METHODS.iter().filter(|other| !is_described(other) && **other != "head");
        requests.extend(others.map(|other| asked(other, &filled)));
    }
    requests
}

/// The paths that the router is given by hand, in the description's spelling.
pub fn in_router() -> Vec<String> {
    let sources =
        [include_str!("../../../src/hub/web/router.rs"), include_str!("../../../src/hub/web/uploads.rs")];
    let by_hand = sources.iter().flat_map(|source| source.split(".route(\"").skip(1));
    let paths = by_hand.filter_map(|rest| rest.split('"').next()).map(|path| path.replace("{*", "{"));
    let paths: Vec<String> = paths.filter(|path| path != DESCRIPTION).collect();
    assert!(!paths.is_empty(), "the router is written in another way: see here how its paths are found");
    paths
}
