// Six plain words that stand for a key, to be read aloud over the telephone before the authority vouches for it.

import { utf8 } from "./bytes.ts";
import { bytesOf, digestOf, type Digest } from "./id.ts";
import type { Recipient } from "./seal/recipient.ts";

/** How many words are read aloud: 48 bits. */
export const COUNT = 6;

/** What makes each guess at a key with the same words slow: it adds some 17 bits to the 48. */
const ITERATIONS = 100_000;

const SALT = "zegel/1 check words";

/** The digest that a key's words are made from: what the `key` statement says of the cert and the age recipient. */
export function keyDigest(cert: Digest, recipient: Recipient): Digest {
  return digestOf(utf8(`zegel/1 key\ncert: ${cert}\nrecipient: ${recipient}\n`));
}

/**
 * The words for a digest, with a space between: the first six bytes of PBKDF2-HMAC-SHA256 over its 32 bytes (RFC 8018;
 * salt `zegel/1 check words`, 100 000 iterations), each a place in the list. Takes some 20 ms.
 */
export async function checkWords(digest: Digest): Promise<string> {
  const password = Uint8Array.from(bytesOf(digest));
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const salt = Uint8Array.from(utf8(SALT));
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  const places = new Uint8Array(await crypto.subtle.deriveBits(how, key, COUNT * 8));
  return Array.from(places, (place) => WORDS[place]!).join(" ");
}

/** 256 short Dutch words that differ in two letters at the least. Part of the protocol: order and spelling stand. */
export const WORDS: readonly string[] = `
  aap akker appel arend arm augurk auto avond banaan been beitel bel berg beuk bever bezem biet bij blad blauw
  bliksem bloem boom borstel boter brief bril broek brood brug buik bus circus cirkel citroen clown dak dans dauw
  deur dijk dinsdag distel dokter dolfijn domino donder draad druif duim eend eik eland emmer ezel fabriek fiets
  fluit gang geel geit giraf gitaar glas globe goud groen grot haan hagel hamer harp haven heide hemd herfst hert
  heuvel hond honing ijzer inkt inktvis jas kaas kameel kan kapper kast kasteel katoen kelder kers keuken klaver
  klei klok knie knoop koek koffer koffie kompas konijn kool kop koper krant kreeft kroon kruis kubus laars ladder
  lamp lelie lente lepel libel liedje lijm lood maandag markt meeuw melk meloen merel mes mier mist molen mossel
  motor muis museum muur naald nacht neus ochtend olie olifant oogst oor oranje orgel otter oven paard papier pasta
  peddel peer pen piano pijl piloot pinda piraat plein potlood prei prins pruim punt puzzel raam radijs regen ridder
  riem rijst ring rivier roos schaap schip schoen school schuur sjaal sla slager sluis sneeuw soep sok specht spin
  spons station steen ster stoel storm straat strand stuur suiker taart tafel tand tent theater thee tijger tomaat
  toren touw trap trein trui tuin tulp tunnel uil varken vinger viool visser vlaai vlag vlinder vloer voet vork
  vorst vos vulkaan walvis water weg wiel wilg wind winkel winter wit wolf worm wortel zaad zadel zalm zanger zebra
  zeep zijde zilver zolder zomer zon zout zwaan zwart
`
  .trim()
  .split(/\s+/);
