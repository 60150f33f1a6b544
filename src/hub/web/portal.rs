//! The portal's static bundle, and the headers that keep a page to itself.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::problem::Problem;
use crate::protocol::id::Digest;

#[derive(Embed)]
#[folder = "browser/dist"]
struct Bundle;

/// The same files compressed, each under the SHA-256 digest of the plain one and the name of its encoding: so none can
/// stand for another, and of what nobody compressed the plain file is served. Of what the hub says to members nothing
/// is compressed: how much shorter it gets would tell what is in it.
#[derive(Embed)]
#[folder = "browser/compressed"]
struct Compressed;

/// The encodings of those, the smallest first.
const ENCODINGS: [&str; 2] = ["br", "gzip"];

/// What stands here until the portal is bundled.
const EMPTY: &str = "<!doctype html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>Zegel</title>
<h1>This hub was built without its portal</h1>
<p>The command line works. To have the portal too, build with <code>make</code>, which bundles
<code>browser/</code> first; <code>cargo build</code> alone does not.</p>
<p lang=\"nl\">Deze hub is gebouwd zonder portaal. De opdrachtregel werkt wel.</p>
</html>
";

/// Only what the bundle holds may run, and nothing may frame it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types lit-html zegel";

/// What a page may ask of the machine that it runs on: a passkey. All else that browsers name is denied; a browser passes over
/// what it does not know.
const PERMISSIONS: &str = "publickey-credentials-create=(self), publickey-credentials-get=(self), accelerometer=(), \
     aria-notify=(), autoplay=(), browsing-topics=(), camera=(), captured-surface-control=(), clipboard-read=(), \
     clipboard-write=(), compute-pressure=(), deferred-fetch=(), deferred-fetch-minimal=(), \
     digital-credentials-create=(), digital-credentials-get=(), display-capture=(), encrypted-media=(), fullscreen=(), \
     gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), interest-cohort=(), \
     keyboard-map=(), language-detector=(), language-model=(), local-fonts=(), local-network=(), \
     local-network-access=(), loopback-network=(), magnetometer=(), media-playback-while-not-visible=(), microphone=(), \
     midi=(), on-device-speech-recognition=(), otp-credentials=(), payment=(), picture-in-picture=(), \
     private-state-token-issuance=(), private-state-token-redemption=(), screen-wake-lock=(), serial=(), \
     speaker-selection=(), storage-access=(), summarizer=(), sync-xhr=(), translator=(), unload=(), usb=(), \
     window-management=(), xr-spatial-tracking=()";

/// Where what somebody opened is shown: an origin of nobody's, that can ask for nothing and reach nothing, in a page of ours
/// only. What reads the file stands in a frame of its own without an address (`browser/src/frame/frame.html`), under this
/// same policy: that nothing may be framed keeps it from going anywhere, which would tell the hub by the address.
const FRAME: &str = "frame.html";
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; \
     font-src data: blob:; frame-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
     sandbox allow-scripts allow-modals";

/// An answer for programs shows nothing and runs nothing.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Headers for every answer.
pub const FOR_ALL: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    // A host that is only looked up is told of, too.
    ("x-dns-prefetch-control", "off"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    // With the line above it gives a page a process of its own: what another site makes of the processor's caches is not ours.
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// Sets the headers that keep an answer to itself. `tls` says that a proxy ends TLS in front.
pub fn secure(headers: &mut HeaderMap, tls: bool) {
    for (name, value) in FOR_ALL {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    let policy = HeaderName::from_static("content-security-policy");
    headers.entry(policy).or_insert(HeaderValue::from_static(API_POLICY));
    if tls {
        let value = HeaderValue::from_static("max-age=63072000");
        headers.insert(HeaderName::from_static("strict-transport-security"), value);
    }
}

/// What names the bundle as a whole: the SHA-256 digest of a line for each file, in the order of their paths, as
/// `sha256sum` writes them in `browser/dist`. None where the hub was built without.
pub fn digest() -> Option<Digest> {
    static DIGEST: LazyLock<Option<Digest>> = LazyLock::new(|| {
        let mut paths: Vec<_> = Bundle::iter().collect();
        paths.sort();
        let files = paths.iter().filter_map(|path| Some((path, Bundle::get(path)?)));
        let mut lines = String::new();
        for (path, file) in files {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{}  {path}", hex::encode(file.metadata.sha256_hash()));
        }
        (!lines.is_empty()).then(|| Digest::of(lines.as_bytes()))
    });
    *DIGEST
}

/// As whom a visitor can step in: nobody but in the example house.
pub async fn visitors(file: Option<&Path>) -> Response {
    let visitors = match file {
        Some(file) => tokio::fs::read(file).await.ok(),
        None => None,
    };
    page(visitors.unwrap_or_else(|| b"[]".to_vec()).into(), "application/json")
}

/// One file of the bundle: `/` is `index.html`. What is not in it is not there.
pub async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(found) = Bundle::get(path) else {
        return if path == "index.html" { page(EMPTY.as_bytes().into(), "text/html") } else { missing() };
    };
    let digest = hex::encode(found.metadata.sha256_hash());
    let (data, encoding) = match compressed(&headers, &digest) {
        Some((data, encoding)) => (data, Some(encoding)),
        None => (found.data, None),
    };
    // Other bytes are another answer, to be kept beside the plain one.
    let tag = match encoding {
        Some(encoding) => format!("\"{digest}-{encoding}\""),
        None => format!("\"{digest}\""),
    };
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = page(data, found.metadata.mimetype());
    let in_answer = response.headers_mut();
    for_the_frame(path, in_answer);
    in_answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        in_answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if is_known {
        // With the same headers: a browser puts them in the place of those that it kept.
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// A file as small as who asks takes it, and its encoding.
fn compressed(headers: &HeaderMap, digest: &str) -> Option<(Cow<'static, [u8]>, &'static str)> {
    let mut taken = ENCODINGS.into_iter().filter(|encoding| takes(headers, encoding));
    taken.find_map(|encoding| Some((Compressed::get(&format!("{digest}.{encoding}"))?.data, encoding)))
}

/// Whether who asks takes an encoding: it is named, and not with the weight of none.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|each| {
        let (name, weight) = each.split_once(';').unwrap_or((each, "q=1"));
        let weight = weight.split_once('=').map_or("", |(_, weight)| weight).trim();
        name.trim().eq_ignore_ascii_case(encoding) && weight.parse().is_ok_and(|weight: f32| weight > 0.0)
    })
}

/// The frame may stand in a page of ours; and since its origin is nobody's, its own files may be asked for from anywhere.
fn for_the_frame(path: &str, headers: &mut HeaderMap) {
    if path == FRAME {
        headers.insert("content-security-policy", HeaderValue::from_static(FRAME_POLICY));
        headers.insert("x-frame-options", HeaderValue::from_static("SAMEORIGIN"));
    } else if path.starts_with("frame.") {
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
}

fn missing() -> Response {
    Problem::not_found().into_response()
}

fn page(data: Cow<'static, [u8]>, kind: &str) -> Response {
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    // In a built hub these are the program's own bytes, of which nobody needs a copy.
    let body = match data {
        Cow::Borrowed(bytes) => Body::from(Bytes::from_static(bytes)),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("content-security-policy", HeaderValue::from_static(PAGE_POLICY));
    headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
    response
}
