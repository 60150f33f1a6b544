"""Reads one mail as programs do that are not ours: Python's email, gpg, and the icalendar package.

usage: read_mail.py MAIL      (GNUPGHOME names the addressee's keys)

Prints one JSON object: the outer headers in order, what gpg says of the sealed part, and what is inside.
"""

import base64
import email
import email.policy
import json
import subprocess
import sys

import icalendar


def decrypted(sealed):
    """The inner entity, and the status words of gpg."""
    run = subprocess.run(
        ["gpg", "--batch", "--status-fd", "2", "--decrypt"], input=sealed, capture_output=True, check=False
    )
    status = [
        line.removeprefix("[GNUPG:] ").split()[0]
        for line in run.stderr.decode("utf-8", "replace").splitlines()
        if line.startswith("[GNUPG:] ")
    ]
    return run.returncode, run.stdout, status


def calendar_of(part):
    calendar = icalendar.Calendar.from_ical(part.get_content())
    events = list(calendar.walk("VEVENT"))
    event = events[0]
    return {
        "method": str(calendar["METHOD"]),
        "events": len(events),
        "errors": [str(error) for error in event.errors],
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "summary": str(event["SUMMARY"]),
        "status": str(event["STATUS"]),
        "start": event["DTSTART"].dt.isoformat(),
        "end": event["DTEND"].dt.isoformat(),
        "location": str(event["LOCATION"]) if "LOCATION" in event else None,
        "attendees": len(event.get("ATTENDEE", [])),
    }


def people(message):
    """The names and addresses of From and To.

    Without blanks: between two encoded words of a name Python puts one that is not there (RFC 2047 section 6.2).
    """
    people = [address for name in ("From", "To") for address in message[name].addresses]
    return [[person.display_name.replace(" ", ""), person.addr_spec] for person in people]


def attached(part):
    content = base64.b64encode(part.get_payload(decode=True)).decode()
    return {"name": part.get_filename(), "media": part.get_content_type(), "base64": content}


def main():
    with open(sys.argv[1], "rb") as file:
        outer = email.message_from_binary_file(file, policy=email.policy.default)
    parts = [part.get_content_type() for part in outer.iter_parts()]
    said = {"outer": [[name, str(value)] for name, value in outer.items()], "parts": parts}
    if outer.get_content_type() != "multipart/encrypted":
        json.dump(said, sys.stdout)
        return
    sealed = list(outer.iter_parts())[1].get_payload(decode=True)
    code, plain, status = decrypted(sealed)
    said["people"] = people(outer)
    said["gpg"] = {"code": code, "status": status}
    if code == 0:
        inner = email.message_from_bytes(plain, policy=email.policy.default)
        body = inner.get_body(preferencelist=("plain",))
        calendars = [part for part in inner.walk() if part.get_content_type() == "text/calendar"]
        said["inner"] = {
            "headers": [[name, str(value)] for name, value in inner.items()],
            "hp": inner["Content-Type"].params.get("hp"),
            "text": body.get_content().replace("\r\n", "\n"),
            "types": [part.get_content_type() for part in inner.walk() if not part.is_multipart()],
            "people": people(inner),
            "attachments": [attached(part) for part in inner.iter_attachments()],
            "defects": [str(defect) for part in inner.walk() for defect in part.defects],
            "calendar": calendar_of(calendars[0]) if calendars else None,
        }
    json.dump(said, sys.stdout)


main()
