//! The portal's files as they are served: the headers that keep a page to itself, and the digests that name what it
//! runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, SHA384, digest};

use super::{Base, TestHub, whole};

/// Written down once more, word by word: a word more, such as 'unsafe-inline', or one less, is noticed.
const OF_A_PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types lit-html zegel";
const OF_THE_FRAME: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; \
     font-src data: blob:; frame-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
     sandbox allow-scripts allow-modals";
const OF_AN_ANSWER: &str = "default-src 'none'; frame-ancestors 'none'";

/// What a page could tell elsewhere, look at or listen to: by the machine, by a device, by another program or by a
/// service of the browser's maker.
const DENIED: [&str; 24] = [
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "digital-credentials-get",
    "display-capture",
    "geolocation",
    "hid",
    "identity-credentials-get",
    "language-model",
    "local-fonts",
    "local-network-access",
    "microphone",
    "midi",
    "on-device-speech-recognition",
    "payment",
    "private-state-token-issuance",
    "serial",
    "storage-access",
    "summarizer",
    "translator",
    "unload",
    "usb",
    "window-management",
];

type Headers = BTreeMap<String, Vec<u8>>;

fn keeps(headers: &Headers, name: &str, value: &str) {
    let is = headers.get(name).map(|value| String::from_utf8_lossy(value));
    assert_eq!(is.as_deref(), Some(value), "{name}");
}

/// What every answer carries, whoever frames it.
fn keeps_to_itself(headers: &Headers) {
    keeps(headers, "x-content-type-options", "nosniff");
    keeps(headers, "referrer-policy", "no-referrer");
    keeps(headers, "cross-origin-opener-policy", "same-origin");
    keeps(headers, "cross-origin-embedder-policy", "require-corp");
}

/// Passkeys and nothing else.
fn asks_for_a_passkey_only(headers: &Headers) {
    let permissions = String::from_utf8_lossy(&headers["permissions-policy"]).into_owned();
    let (given, denied): (Vec<_>, Vec<_>) = permissions.split(", ").partition(|each| !each.ends_with("=()"));
    assert_eq!(given, ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]);
    for name in DENIED {
        assert!(denied.contains(&format!("{name}=()").as_str()), "{name}");
    }
}

#[tokio::test]
async fn the_portal_keeps_to_itself() {
    let hub = TestHub::new(Base::Sqlite).await;
    let page = served(&hub, "/", "", b"").await;
    let again = served(&hub, "/", "", page.1.get("etag").map_or(b"", Vec::as_slice)).await;
    // A browser puts the headers of such an answer in the place of those that it kept.
    let has_bundle = page.1.contains_key("etag");
    assert_eq!((page.0, again.0 == StatusCode::NOT_MODIFIED), (StatusCode::OK, has_bundle));
    for (_, headers, _) in [&page, &again] {
        keeps(headers, "content-security-policy", OF_A_PAGE);
        keeps(headers, "cross-origin-resource-policy", "same-origin");
        keeps(headers, "x-frame-options", "DENY");
        keeps_to_itself(headers);
        asks_for_a_passkey_only(headers);
    }
}

#[tokio::test]
async fn an_answer_for_programs_runs_nothing() {
    let hub = TestHub::new(Base::Sqlite).await;
    for path in ["/v1/hub", "/v1/openapi.json", "/v1/nothing", "/nothing"] {
        let (_, headers, _) = served(&hub, path, "", b"").await;
        keeps(&headers, "content-security-policy", OF_AN_ANSWER);
        keeps(&headers, "cross-origin-resource-policy", "same-origin");
        keeps(&headers, "x-frame-options", "DENY");
        keeps_to_itself(&headers);
        assert!(!headers.contains_key("strict-transport-security"), "nobody ends TLS before this hub");
    }
    let behind =
        TestHub::with(Base::Sqlite, "behind_proxy = true\ntrusted_proxies = [\"127.0.0.1\"]\n").await;
    for path in ["/", "/v1/hub"] {
        let (_, headers, _) = served(&behind, path, "", b"").await;
        keeps(&headers, "strict-transport-security", "max-age=63072000");
    }
}

/// The page's own scripts and the Worker run under the page's policy; the frame's may be asked for from its origin,
/// which is nobody's.
#[tokio::test]
async fn each_file_of_the_bundle_is_served_with_the_policy_of_where_it_runs() {
    let hub = TestHub::new(Base::Sqlite).await;
    if bundled(&hub).await.is_none() {
        return;
    }
    let mut seen = BTreeSet::new();
    for name in files_of_the_bundle() {
        let (status, headers, _) = served(&hub, &format!("/{name}"), "", b"").await;
        assert_eq!(status, StatusCode::OK, "{name}");
        keeps_to_itself(&headers);
        asks_for_a_passkey_only(&headers);
        let is_frame = name == "frame.html";
        let for_the_frame = !is_frame && name.starts_with("frame.");
        keeps(&headers, "content-security-policy", if is_frame { OF_THE_FRAME } else { OF_A_PAGE });
        keeps(&headers, "x-frame-options", if is_frame { "SAMEORIGIN" } else { "DENY" });
        let from = if for_the_frame { "cross-origin" } else { "same-origin" };
        keeps(&headers, "cross-origin-resource-policy", from);
        let anyone = headers.get("access-control-allow-origin").map(Vec::as_slice);
        assert_eq!(anyone, for_the_frame.then_some(b"*".as_slice()), "{name}");
        seen.insert(name.split('.').next().unwrap_or_default().to_owned());
    }
    assert_eq!(seen, ["desk", "frame", "icon", "index", "portal"].map(str::to_owned).into());
}

/// Of each script and style that a page names: its name, and the digests that it must have.
fn named_by(page: &str) -> Vec<(String, String)> {
    let scripts = page.split("<script").skip(1).map(|rest| (rest, "src"));
    let links = page.split("<link").skip(1).map(|rest| (rest, "href"));
    let tags = scripts.chain(links).map(|(rest, by)| (rest.split('>').next().unwrap_or_default(), by));
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
        Some(value.to_owned())
    };
    let runs = tags.filter(|(tag, by)| *by == "src" || !tag.contains("rel=\"icon\""));
    let named = runs.map(|(tag, by)| {
        let name = attribute(tag, by).unwrap_or_else(|| panic!("a text in the page itself: {tag}"));
        (name, attribute(tag, "integrity").unwrap_or_else(|| panic!("any bytes would do: {tag}")))
    });
    named.collect()
}

/// What must be in a page, as a browser reads it: what stands in there as a frame's own page, too.
fn unquoted(page: &str) -> String {
    page.replace("&quot;", "\"").replace("&amp;", "&")
}

/// Whatever a page runs it names by its digest, so that a browser runs no other; and each name has the digest in it,
/// so that what the page's script names (the Worker) is the one that was built with it.
#[tokio::test]
async fn what_a_page_runs_is_named_by_its_digest() {
    let hub = TestHub::new(Base::Sqlite).await;
    if bundled(&hub).await.is_none() {
        return;
    }
    let mut runs = BTreeSet::new();
    for page in ["/", "/frame.html"] {
        let (_, _, text) = served(&hub, page, "", b"").await;
        let text = unquoted(std::str::from_utf8(&text).unwrap());
        for never in ["<style", " style=", " onload=", " onerror=", "javascript:"] {
            assert!(!text.contains(never), "{page} has {never}");
        }
        for (name, integrity) in named_by(&text) {
            let (status, _, bytes) = served(&hub, &format!("/{name}"), "", b"").await;
            assert_eq!(status, StatusCode::OK, "{page} names {name}");
            let is = match integrity.split_once('-') {
                Some(("sha256", _)) => format!("sha256-{}", STANDARD.encode(digest(&SHA256, &bytes))),
                Some(("sha384", _)) => format!("sha384-{}", STANDARD.encode(digest(&SHA384, &bytes))),
                _ => panic!("{page} names {name} by {integrity}"),
            };
            assert_eq!(integrity, is, "{page} names {name}");
            runs.insert(name);
        }
    }
    for name in files_of_the_bundle().iter().filter(|name| name.ends_with(".js") || name.ends_with(".css")) {
        let (_, _, bytes) = served(&hub, &format!("/{name}"), "", b"").await;
        let digest = hex::encode(&digest(&SHA384, &bytes).as_ref()[..8]);
        assert_eq!(name.split('.').nth(1), Some(digest.as_str()), "{name}");
        assert!(runs.contains(name) || name.starts_with("desk."), "no page names {name}");
    }
    assert!(runs.len() >= 4, "{runs:?}");
}

#[test]
#[should_panic(expected = "any bytes would do")]
fn a_script_without_a_digest_is_noticed() {
    named_by("<script type=\"module\" src=\"portal.js\"></script>");
}

#[test]
#[should_panic(expected = "a text in the page itself")]
fn a_script_in_the_page_is_noticed() {
    named_by("<script>alert(1)</script>");
}

/// What the documentation tells who compares to type, over the files as they are served.
#[tokio::test]
async fn the_recipe_in_the_documentation_gives_the_digest_that_the_hub_tells() {
    let hub = TestHub::new(Base::Sqlite).await;
    if bundled(&hub).await.is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in files_of_the_bundle() {
        let (_, _, bytes) = served(&hub, &format!("/{name}"), "", b"").await;
        std::fs::write(folder.path().join(&name), bytes).unwrap();
    }
    let page = std::fs::read_to_string(top().join("docs/administration.md")).unwrap();
    let mut recipes = page.split('`').skip(1).step_by(2).filter(|text| text.contains("sha256sum"));
    let (recipe, None) = (recipes.next().expect("the recipe"), recipes.next()) else {
        panic!("the page has one recipe");
    };
    let done = Command::new("sh").args(["-c", recipe]).current_dir(folder.path()).output().unwrap();
    let told = zegel::hub::web::portal::digest().expect("there is a bundle").to_string();
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(told, format!("sha256:{}", said.split(' ').next().unwrap_or_default()), "{recipe}");
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of what was bundled; the hub has no list of its own.
fn files_of_the_bundle() -> Vec<String> {
    let files = std::fs::read_dir(top().join("browser/dist")).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

/// The page of a portal that is there. Whoever builds without one (`cargo test` alone; `make test` bundles it first)
/// has nothing to look at, and is told so.
async fn bundled(hub: &TestHub) -> Option<String> {
    let (_, _, page) = served(hub, "/", "", b"").await;
    let page = String::from_utf8_lossy(&page).into_owned();
    let is_there = !page.contains("built without its portal");
    if !is_there {
        println!("there is no bundle in browser/dist: nothing was looked at");
    }
    is_there.then_some(page)
}

/// What a path gives to who takes these encodings, and has what carries this tag.
async fn served(
    hub: &TestHub,
    path: &str,
    takes: &str,
    has: &[u8],
) -> (StatusCode, BTreeMap<String, Vec<u8>>, Bytes) {
    let ask = Request::get(path).header("accept-encoding", takes).header("if-none-match", has);
    whole(hub.person().ask(ask.body(Body::empty()).unwrap()).await).await
}

#[tokio::test]
async fn the_portal_goes_out_compressed_to_who_takes_that_and_nothing_else_does() {
    let hub = TestHub::new(Base::Sqlite).await;
    let Some(page) = bundled(&hub).await else { return };
    let named = page.split('"').filter(|part| part.ends_with(".js") || part.ends_with(".css"));
    let paths: Vec<String> = named.map(|name| format!("/{name}")).chain(["/".to_owned()]).collect();
    assert!(paths.len() >= 3, "{paths:?}");
    for path in paths {
        let (_, plain, whole) = served(&hub, &path, "deflate", b"").await;
        let mut tags = vec![plain["etag"].clone()];
        assert!(!plain.contains_key("content-encoding"));
        for (takes, wanted) in [
            ("gzip, deflate, br, zstd", "br"),
            ("GZIP;q=0.5, br;q=0", "gzip"),
            ("br; q=0.000 , gzip ; q=0.001", "gzip"),
        ] {
            let (status, headers, small) = served(&hub, &path, takes, b"").await;
            assert_eq!((status, headers["content-encoding"].as_slice()), (StatusCode::OK, wanted.as_bytes()));
            assert_eq!(headers["content-type"], plain["content-type"]);
            assert_eq!(headers["content-security-policy"], plain["content-security-policy"]);
            assert!(small.len() * 10 < whole.len() * 6, "{path} {wanted}: {} bytes", small.len());
            if wanted == "gzip" {
                // Without the head and the checksum that gzip puts around it.
                let bare = &small[10..small.len() - 8];
                assert!(miniz_oxide::inflate::decompress_to_vec(bare).unwrap() == whole, "{path}");
            }
            tags.push(headers["etag"].clone());
            let (status, known, nothing) = served(&hub, &path, takes, &headers["etag"]).await;
            assert_eq!((status, nothing.len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!((&known["etag"], &known["vary"]), (&headers["etag"], &headers["vary"]));
            assert_eq!(headers["vary"], b"accept-encoding");
            let (status, ..) = served(&hub, &path, takes, &plain["etag"]).await;
            assert_eq!(status, StatusCode::OK, "the plain bytes are another answer");
        }
        assert_eq!(plain["vary"], b"accept-encoding");
        tags.dedup();
        assert_eq!(tags.len(), 3, "{tags:?}");
        for takes in ["", "identity", "gzip;q=0", "br;q=much", "brotli, xgzip"] {
            let (_, headers, bytes) = served(&hub, &path, takes, b"").await;
            assert!(!headers.contains_key("content-encoding") && bytes == whole, "{path} {takes}");
        }
    }
    for path in ["/v1/hub", "/v1/openapi.json", "/v1/nothing", "/visitors.json", "/nothing"] {
        let (_, headers, _) = served(&hub, path, "gzip, br", b"").await;
        assert!(!headers.contains_key("content-encoding"), "{path}");
    }
}
