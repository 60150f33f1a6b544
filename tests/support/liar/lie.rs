//! The lies that a hub can tell: a closed list, each with the name by which a story asks for it.

use serde::{Deserialize, Serialize};

macro_rules! lies {
    ($($(#[$doc:meta])+ $lie:ident = $name:literal,)+) => {
        /// What a hub can lie about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Lie { $($(#[$doc])+ $lie,)+ }

        impl Lie {
            pub const ALL: &[Lie] = &[$(Lie::$lie),+];

            pub fn name(self) -> &'static str {
                match self { $(Lie::$lie => $name),+ }
            }
        }
    };
}

lies! {
    // Who is who, and what was signed. `about` holds lines of the statements that are left out, or pairs of texts.
    /// Another authority's cert than the one on the slip.
    OtherAuthority = "other-authority",
    /// A key of its own for somebody's: one text for another, everywhere.
    OtherRecipient = "other-recipient",
    /// Another cert for somebody's: one text for another, everywhere.
    OtherCert = "other-cert",
    /// Other rules than the supplier signed: one text for another, everywhere.
    ChangedRule = "changed-rule",
    /// The directory before the last: what has all of these lines is not shown.
    OlderDirectory = "older-directory",
    /// Something that was shown before, such as a suspension: what has all of these lines is not shown.
    LeftOut = "left-out",
    /// Another case's statements (`at` is one number, `with` the other).
    OtherCase = "other-case",

    /// One of the cases that somebody knows of: it is not listed.
    CaseNotListed = "case-not-listed",

    // Proofs.
    /// Statements in another order than the journal's.
    OutOfOrder = "out-of-order",
    /// A statement twice.
    Duplicated = "duplicated",
    /// Another moment for a statement than the journal has.
    OtherMoment = "other-moment",
    /// A shorter proof.
    CutProof = "cut-proof",
    /// A checkpoint that another key signed.
    ForgedCheckpoint = "forged-checkpoint",
    /// What it showed at first: the journal's size goes back.
    OlderJournal = "older-journal",
    /// The same page, and always one more.
    EndlessPages = "endless-pages",
    /// Pages with nothing on them, and always one more.
    EmptyPages = "empty-pages",

    // What no proxy can say: it stands in the hub's own journal, recorded unjudged (`smuggle`).
    /// A membership that the hub made itself.
    ForgedMembership = "forged-membership",
    /// Two directories of one number, both signed by the authority.
    OtherDirectory = "other-directory",
    /// Rules under the supplier's name that the supplier did not sign.
    ForgedRule = "forged-rule",
    /// An approval for a roster that is no more.
    OldRoster = "old-roster",
    /// A release that names an approval for another roster.
    OtherRosterReleased = "other-roster-released",
    /// A release of what nobody approved.
    ReleaseUnapproved = "release-unapproved",
    /// A release without consultation.
    ReleaseUnconsulted = "release-unconsulted",
    /// A release to who is not on the roster.
    ReleaseToAnother = "release-to-another",
    /// The next generation of a vault, by who does not hold it.
    StrangersGeneration = "strangers-generation",
    /// A generation that leaves one out.
    SkippedGeneration = "skipped-generation",
    /// Something sealed to a generation that is no more.
    OldGeneration = "old-generation",
    /// One journal to one person and another to another.
    TwoJournals = "two-journals",

    // What is sealed. `at` is part of a path; `with` what stands in its place there.
    /// Another item's header.
    OtherHeader = "other-header",
    /// Another item's payload.
    OtherPayload = "other-payload",
    /// Another part of the same item.
    OtherPart = "other-part",
    /// Another letter.
    OtherLetter = "other-letter",
    /// A key of its own for a vault's, sealed to its holder (`with`).
    OtherSecret = "other-secret",
    /// One bit of what is there.
    AlteredBit = "altered-bit",
    /// A byte less than was signed for, as if that were all.
    Shorter = "shorter",
    /// A byte more than was signed for.
    Longer = "longer",
    /// A header for two readers.
    TwoStanzas = "two-stanzas",
    /// A header that a passphrase opens.
    ScryptStanza = "scrypt-stanza",
    /// That it is not there.
    NotThere = "not-there",
    /// Of a vault's headers, or of an item's, none.
    NoHeaders = "no-headers",
    /// Of a vault's headers, all but the one for this part (`with` is its statement's id and its name).
    HeaderLeftOut = "header-left-out",

    // Signing in.
    /// A text to sign that is no nonce.
    OtherNonce = "other-nonce",
    /// Somebody else's session.
    OtherMember = "other-member",
    /// That nobody is signed in.
    SignedOut = "signed-out",
    /// A key bundle from before (what it gave out first).
    OlderBundle = "older-bundle",
    /// A key bundle that is none of one's own.
    OthersBundle = "others-bundle",

    // Batches and uploads.
    /// It keeps a batch to itself, and refuses it.
    KeptBack = "kept-back",
    /// It says that it recorded a batch, and did nothing.
    NothingRecorded = "nothing-recorded",
    /// It records a batch, and answers about another.
    OtherReceipts = "other-receipts",
    /// It records a batch, and answers about none of it.
    NoReceipts = "no-receipts",
    /// It records a batch, and gives places that the journal does not have.
    ReceiptsBeyond = "receipts-beyond",
    /// It records a batch, and its answer is cut off.
    LostAnswer = "lost-answer",
    /// It has more of an upload than there is.
    UploadTooFar = "upload-too-far",
    /// It has part of a part.
    UploadAstray = "upload-astray",

    // HTTP.
    /// A fault, in HTML.
    ServerError = "server-error",
    /// That it is busy, however often it is asked.
    AlwaysBusy = "always-busy",
    /// To go to another address (`with`).
    Elsewhere = "elsewhere",
    /// Half of the answer, and then the connection is cut.
    CutAnswer = "cut-answer",
    /// Blanks without end.
    EndlessAnswer = "endless-answer",
    /// The answer with 65 MiB of blanks behind it.
    HugeAnswer = "huge-answer",
    /// JSON as deep as a well.
    DeepAnswer = "deep-answer",
    /// A kilobyte that unpacks to a great many.
    Bomb = "bomb",
    /// It begins, and says nothing more.
    SilentAnswer = "silent-answer",
    /// A blank now and then, without end.
    TricklingAnswer = "trickling-answer",
    /// A refusal in words that write on the terminal, and pretend to be the program's own.
    FalseWords = "false-words",
    /// A refusal with a code that writes on the terminal.
    FalseCode = "false-code",
    /// States in an answer that write on the terminal: one text for another, everywhere.
    FalseState = "false-state",
}

impl Lie {
    pub fn told(self) -> Told {
        Told { lie: self, about: Vec::new() }
    }

    pub fn about(self, at: impl Into<String>, with: impl Into<String>) -> Told {
        self.told().and(at, with)
    }

    /// The lie of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|lie| lie.name() == name)
    }
}

/// A lie with what it is about: where it is told, and what is said there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    #[serde(with = "by_name")]
    pub lie: Lie,
    #[serde(default)]
    pub about: Vec<(String, String)>,
}

impl Told {
    pub fn and(mut self, at: impl Into<String>, with: impl Into<String>) -> Self {
        self.about.push((at.into(), with.into()));
        self
    }

    /// Whether it is told in answer to this.
    pub fn concerns(&self, method: &str, uri: &str) -> bool {
        use Lie::*;
        let evidence = method == "GET" && uri.starts_with("/v1/statements?");
        match self.lie {
            OtherRecipient | OtherCert | ChangedRule | FalseState => true,
            OlderDirectory | LeftOut | OutOfOrder | Duplicated | OtherMoment | CutProof
            | ForgedCheckpoint | OlderJournal | EndlessPages | EmptyPages => evidence,
            OtherAuthority => uri == "/v1/authority",
            CaseNotListed => method == "GET" && uri.starts_with("/v1/cases"),
            OtherNonce => uri == "/v1/nonces",
            OtherMember => method == "POST" && uri == "/v1/sessions",
            OlderBundle | OthersBundle => uri == "/v1/bundles",
            KeptBack | NothingRecorded | OtherReceipts | NoReceipts | ReceiptsBeyond | LostAnswer => {
                method == "POST" && uri == "/v1/statements"
            }
            UploadTooFar | UploadAstray => method == "HEAD" && uri.starts_with("/v1/uploads/"),
            _ => self.about.first().is_some_and(|(at, _)| uri.contains(at)),
        }
    }
}

mod by_name {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Lie;

    pub fn serialize<S: Serializer>(lie: &Lie, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(lie.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Lie, D::Error> {
        let name = String::deserialize(deserializer)?;
        Lie::named(&name).ok_or_else(|| serde::de::Error::custom(format!("no lie is called {name}")))
    }
}
