//! An S3 bucket of the tests' own.

use std::path::Path;

use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;

pub struct Bucket {
    pub endpoint: String,
    _folder: TempDir,
}

impl Bucket {
    /// What a hub's configuration says of it; its key lies in a file in this folder.
    #[allow(dead_code, reason = "not every test has a whole house")]
    pub fn lines(&self, folder: &Path) -> String {
        let key = folder.join("bucket.key");
        std::fs::write(&key, "a secret key\n").unwrap();
        format!(
            "[objects]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"zegel\"\nregion = \"nl\"\naccess_key_id = \"id\"\n\
             secret_access_key_file = \"{}\"\n",
            self.endpoint,
            key.display()
        )
    }
}

/// Starts a server with one bucket. Its key is `a secret key`, by the name of `id`.
pub async fn start(bucket: &str) -> Bucket {
    start_behind(bucket, |router| router).await
}

/// The same, with something before it that each call passes.
pub async fn start_behind(bucket: &str, before: impl FnOnce(Router) -> Router) -> Bucket {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(bucket)).unwrap();
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
    builder.set_auth(SimpleAuth::from_single("id", "a secret key"));
    let service = HandleError::new(builder.build(), async |_| StatusCode::INTERNAL_SERVER_ERROR);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = before(Router::new().fallback_service(service));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Bucket { endpoint, _folder: folder }
}
