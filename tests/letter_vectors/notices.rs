//! The hub's own mail, sealed and in the clear; and letters and notices that pass for each other.

use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::mime::{Mailbox, Message, SUBJECT, clear_notice, house_address, seal, sealed_notice};

use super::{Form, Writer, at, full, hub, key, simple};

const HOUSE: &str = "Zorg- en Veiligheidshuis Midden-Limburg";

fn notice() -> Message {
    Message {
        from: Mailbox { name: HOUSE.parse().unwrap(), address: house_address(&hub()).unwrap() },
        subject: SUBJECT.to_owned(),
        text: "Er staat iets voor u klaar op https://zvh-ml.example.\n".to_owned(),
        ..simple()
    }
}

impl Writer {
    pub fn notices(&mut self) {
        let made = at("2026-01-05T09:00:00Z");
        let (hub_key, hub_cert) =
            key(HOUSE, "post@zvh-ml.example", SecretCert::generate_hub("zvh-ml.example", made).unwrap());
        self.keys.insert("hub".to_owned(), hub_key);
        let sealed = sealed_notice(&notice(), &hub_cert, &self.noor.public(), random()).unwrap();
        let by_hub = ("hub", "noor");
        self.add_as(Form::Notice, "notice", "A notice of the hub, sealed", "good", sealed.clone(), by_hub);
        self.add_as(
            Form::Letter,
            "notice-as-letter",
            "A notice for a letter",
            "head",
            sealed.clone(),
            by_hub,
        );
        self.add_as(
            Form::ClearNotice,
            "notice-as-clear",
            "A sealed notice for a clear one",
            "form",
            sealed,
            by_hub,
        );
        let letter = self.right();
        self.add_as(
            Form::Notice,
            "letter-as-notice",
            "A letter for a notice",
            "head",
            letter,
            ("joris", "noor"),
        );
        let by_member = sealed_notice(&notice(), &self.joris, &self.noor.public(), random()).unwrap();
        self.add_as(
            Form::Notice,
            "notice-by-member",
            "A notice that a member signed",
            "signer",
            by_member,
            by_hub,
        );
        let automatic = sealed_notice(&simple(), &self.joris, &self.noor.public(), random()).unwrap();
        self.add("letter-automatic", "A letter that says it comes from a program", "head", automatic);
        self.clear(&hub_cert);
    }

    fn clear(&mut self, hub_cert: &SecretCert) {
        let by_hub = ("hub", "noor");
        let clear = clear_notice(&notice(), hub_cert).unwrap();
        let text = String::from_utf8(clear.clone()).unwrap();
        self.add_as(
            Form::ClearNotice,
            "clear",
            "A notice of the hub in the clear",
            "good",
            clear.clone(),
            by_hub,
        );
        self.add_as(
            Form::Notice,
            "clear-as-sealed",
            "A clear notice for a sealed one",
            "form",
            clear.clone(),
            by_hub,
        );
        self.add_as(Form::Letter, "clear-as-letter", "A clear notice for a letter", "form", clear, by_hub);
        let by_member = clear_notice(&notice(), &self.joris).unwrap();
        self.add_as(Form::ClearNotice, "clear-by-member", "Signed by a member", "signer", by_member, by_hub);
        let letter = seal(&full(), &self.joris, &self.noor.public(), random()).unwrap();
        self.add_as(
            Form::ClearNotice,
            "letter-as-clear",
            "A letter for a clear notice",
            "form",
            letter,
            by_hub,
        );
        let changes = [
            ("clear-altered", "Another text under the signature", "signer", "klaar", "klaer"),
            ("clear-subject", "A subject in the clear", "outer-subject", "Subject: [...]", "Subject: Casus"),
            ("clear-date", "Another date outside", "date", "18:20:00", "18:20:01"),
            ("clear-message-id", "Another Message-ID outside", "differs", "<0001", "<0101"),
            ("clear-to", "To another", "to", "noor@example.org", "max@example.org"),
            ("clear-from", "From another", "from", "From: \"Zorg", "From: \"zorg"),
            (
                "clear-not-automatic",
                "It does not say that it comes from a program",
                "head",
                "Auto-Submitted: auto-generated\r\n",
                "",
            ),
            ("clear-micalg", "Another hash is announced", "form", "pgp-sha512", "pgp-sha256"),
            (
                "clear-preamble",
                "Text before the first part",
                "form",
                "\r\n\r\n--=_zegel_signed",
                "\r\n\r\nHallo\r\n--=_zegel_signed",
            ),
            ("clear-behind", "Text behind the last part", "form", "signed--\r\n", "signed--\r\nHallo\r\n"),
            (
                "clear-third",
                "A third part",
                "form",
                "\r\n--=_zegel_signed--",
                "\r\n--=_zegel_signed\r\n\r\nHallo\r\n--=_zegel_signed--",
            ),
            (
                "clear-unsigned",
                "No signature",
                "form",
                "-----BEGIN PGP SIGNATURE-----",
                "-----BEGIN PGP MESSAGE-----",
            ),
        ];
        for (name, what, expect, from, to) in changes {
            assert!(text.contains(from), "{name}");
            let mail = text.replacen(from, to, 1).into_bytes();
            self.add_as(Form::ClearNotice, name, what, expect, mail, by_hub);
        }
    }
}
