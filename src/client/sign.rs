//! Drafts: statements that belong together, with what they carry, signed at one moment.

use crate::clock::Clock;
use crate::protocol::cert::SecretCert;
use crate::protocol::id::{Digest, HubName, Moment};
use crate::protocol::seal::{Header, seal_small};
use crate::protocol::statement::{Body, Statement};
use crate::protocol::vault::VaultState;
use crate::protocol::words::{Payload, Seen, Signer, VaultGrant};

use super::batch::{Batch, Signed};
use super::describe::Called;
use super::error::Result;
use super::trust::World;

/// Statements to be signed and sent as one batch. Each has its id at once, so that the next can name it.
pub struct Draft {
    hub: HubName,
    seen: Seen,
    by: Signer,
    at: Moment,
    statements: Vec<Statement>,
    attachments: Vec<Vec<u8>>,
    called: Called,
}

impl Draft {
    /// A draft of the member, now. It must be sent within five minutes: begin it after the uploads.
    pub fn new(world: &World, clock: &dyn Clock) -> Self {
        Self::of(world.house().hub.clone(), world.seen, Signer::Member(world.me), clock.now())
    }

    /// A draft of any signer.
    pub fn of(hub: HubName, seen: Seen, by: Signer, at: Moment) -> Self {
        Self { hub, seen, by, at, statements: Vec::new(), attachments: Vec::new(), called: Called::new() }
    }

    /// Gives something that its statements name a name, for the eye of who signs them. Not sent anywhere.
    pub fn call(&mut self, id: Digest, name: impl Into<String>) {
        self.called.insert(id, name.into());
    }

    /// What things are called.
    pub fn called(&self) -> &Called {
        &self.called
    }

    /// When its statements are signed.
    pub fn signed_at(&self) -> Moment {
        self.at
    }

    /// Adds a statement; its id.
    pub fn push(&mut self, body: impl Into<Body>) -> Digest {
        let statement = Statement {
            hub: self.hub.clone(),
            journal: self.seen,
            body: body.into(),
            by: self.by,
            signed_at: self.at,
        };
        let id = statement.id();
        self.statements.push(statement);
        id
    }

    /// Seals a small part to vaults in their present generation, and attaches payload and headers.
    pub fn seal(&mut self, plaintext: &[u8], vaults: &[&VaultState]) -> Result<(Payload, Vec<VaultGrant>)> {
        let readers: Vec<_> = vaults.iter().map(|vault| vault.recipient.clone()).collect();
        let (part, headers, _file_key) = seal_small(plaintext, &readers)?;
        let name =
            Payload { digest: part.name.digest, length: part.name.length, commitment: part.name.commitment };
        self.attach(part.payload);
        let grants = vaults.iter().zip(&headers).map(|(vault, header)| self.grant(header, vault)).collect();
        Ok((name, grants))
    }

    /// Attaches a header for a vault, and names it as a grant.
    pub fn grant(&mut self, header: &Header, vault: &VaultState) -> VaultGrant {
        VaultGrant { vault: vault.now(), header: self.header(header) }
    }

    /// Attaches bytes, once; their SHA-256 digest.
    pub fn attach(&mut self, bytes: Vec<u8>) -> Digest {
        let digest = Digest::of(&bytes);
        if !self.attachments.contains(&bytes) {
            self.attachments.push(bytes);
        }
        digest
    }

    /// Attaches a header; its digest.
    pub fn header(&mut self, header: &Header) -> Digest {
        self.attach(header.to_bytes())
    }

    /// What will be signed, in order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Signs all of it.
    pub fn sign(self, cert: &SecretCert) -> Result<Batch> {
        let mut entries = Vec::with_capacity(self.statements.len());
        for statement in &self.statements {
            let text = statement.to_text();
            // What we would not read we don't sign.
            Statement::parse(text.as_bytes()).map_err(|problem| super::ClientError::Rule(problem.into()))?;
            let kind = statement.body.kind();
            let signature = crate::protocol::cert::sign_statement(cert, kind, text.as_bytes(), self.at)?;
            entries.push(Signed { statement: text, signature });
        }
        Ok(Batch { entries, attachments: self.attachments })
    }
}
