// Words about keys: making, unlocking, losing and replacing them, and where somebody is signed in.

export const nl = {
  showCode: "Tekens tonen",
  elsewhere: "Uw sleutels of passkeys zijn ergens anders veranderd. Vergrendel, en log opnieuw in: dan hebt u hier de nieuwe.",
  withoutTitle: "U logt in met uw herstelcode",
  noPrfHere: "Dit apparaat kan uw sleutels niet met een passkey openen. Er is niets verloren: ga verder zonder passkey.",
  stopTrying: "Stoppen met proberen",
  account: "Mijn sleutels",
  own: "Uw sleutel",
  name: "Naam",
  partner: "Organisatie",
  mail: "E-mail",
  until: "Deelname tot",
  words: "Controlewoorden",
  wordsHelp: "Vraagt het huis wie u bent, lees dan deze woorden voor. Zij horen bij uw sleutel en zijn geen geheim.",
  since: (when: string) => `gemaakt op ${when}`,
  standings: { "in-force": "geldig", waiting: "wacht op het huis", old: "oud" },
  oldKeys: (count: number) => (count === 1 ? "1 oude sleutel" : `${count} oude sleutels`),
  oldHelp: "Een oude sleutel ondertekent niets meer. Hij opent alleen nog wat er toen voor u is verzegeld.",
  waits: "Uw nieuwe sleutels wachten op het huis. Bel het huis, en lees deze woorden voor:",
  waitsHelp: "Tot het huis ze heeft bevestigd, werkt u verder met uw oude sleutel. Deze pagina kijkt vanzelf of het zo ver is.",
  sending: "Uw nieuwe sleutels zijn gemaakt, maar er kwam geen antwoord van de hub. Verstuur ze opnieuw.",
  sendAgain: "Nieuwe sleutels opnieuw versturen",
  certificate: "Openbaar certificaat opslaan",
  certificateHelp: "Voor het mailprogramma van een ander. Er staat niets geheims in.",
  openers: "Waarmee u inlogt",
  openersAre: (passkeys: number) =>
    passkeys === 0
      ? "Alleen uw herstelcode opent uw sleutels."
      : passkeys === 1
        ? "Uw sleutels gaan open met 1 passkey en met uw herstelcode."
        : `Uw sleutels gaan open met ${passkeys} passkeys en met uw herstelcode.`,
  openedBy: { passkey: "U bent nu ingelogd met een passkey.", code: "U bent nu ingelogd met uw herstelcode." },
  add: "Passkey toevoegen",
  addHelp: "Voor een tweede apparaat, of om niet van één apparaat af te hangen.",
  adding: "Deze passkey kan straks ook uw sleutels openen. Wat er al was, blijft werken.",
  addSign: "Ja, toevoegen",
  added: "De passkey is toegevoegd.",
  renew: "Herstelcode vernieuwen, of passkey verwijderen",
  renewTitle: "Herstelcode en passkeys vernieuwen",
  renewStep: (number: number, name: string) => `Stap ${number} van 3: ${name}`,
  renewSteps: { keep: "Passkeys die u houdt", code: "Nieuwe herstelcode", agree: "Bevestigen" },
  keepIntro:
    "Raak elke passkey aan die u nog hebt en wilt houden. Een passkey die u niet aanraakt, opent uw sleutels daarna niet meer. Zo verwijdert u er één die kwijt is.",
  kept: (count: number) =>
    count === 0 ? "U houdt nog geen passkey." : count === 1 ? "U houdt 1 passkey." : `U houdt ${count} passkeys.`,
  keep: "Passkey aanraken",
  next: "Verder",
  codeOnly: "Zonder passkey logt u alleen nog in met uw herstelcode.",
  newCode: "Uw nieuwe herstelcode",
  newCodeHow: "Print de code, of zet hem in uw wachtwoordbeheerder. U ziet hem maar één keer. Uw oude code werkt straks niet meer.",
  renewing: (passkeys: number) =>
    passkeys === 0
      ? "Alleen uw nieuwe herstelcode opent straks uw sleutels. Uw oude herstelcode en alle passkeys niet meer."
      : passkeys === 1
        ? "Alleen uw nieuwe herstelcode en 1 passkey openen straks uw sleutels. Uw oude herstelcode en andere passkeys niet meer."
        : `Alleen uw nieuwe herstelcode en ${passkeys} passkeys openen straks uw sleutels. Uw oude herstelcode en andere passkeys niet meer.`,
  renewThief:
    "Heeft iemand uw oude code of passkey, dan kan die al een kopie van uw sleutels hebben. Maak dan daarna ook nieuwe sleutels.",
  renewSign: "Ja, vernieuwen",
  renewed: "Vernieuwd. Uw oude herstelcode werkt niet meer.",
  rotate: "Nieuwe sleutels maken",
  rotateHelp: "Als iemand uw sleutels kan hebben, of als uw sleutel bijna afloopt.",
  rotating:
    "U krijgt nieuwe sleutels. Het huis moet ze bevestigen: bel het huis daarna. Uw passkeys en herstelcode blijven werken. U kunt dit niet ongedaan maken.",
  rotateSign: "Ja, nieuwe sleutels maken",
  rotated: "Uw nieuwe sleutels zijn gemaakt. Bel nu het huis.",
  tooLate: "Uw nieuwe sleutels kwamen niet bij de hub aan, en daarvoor is het nu te laat. Zij zijn opzij gezet. Maak andere.",
  vouched: "Het huis heeft uw nieuwe sleutels bevestigd. U werkt er nu mee.",
  sessions: "Waar u bent ingelogd",
  sessionsHelp:
    "Volgens de hub. Ziet u iets wat u niet kent? Beëindig het, en maak nieuwe sleutels: een venster waar uw sleutels nog open zijn, kan zelf weer inloggen.",
  session: "Ingelogd",
  begun: "Sinds",
  seen: "Laatst gezien",
  here: "dit venster",
  end: "Beëindigen",
  endOf: (when: string) => `ingelogd sinds ${when}`,
  endOthers: "Alle andere beëindigen",
  ended: (count: number) => (count === 1 ? "1 andere plek is uitgelogd." : `${count} andere plekken zijn uitgelogd.`),
  noOthers: "U bent alleen hier ingelogd.",
  lost: "Toestel kwijt?",
  lostSteps: [
    "Log in op een ander apparaat, met uw herstelcode of een andere passkey. U bent hier al ingelogd: dat is gelukt.",
    "Beëindig hierboven waar u verder nog bent ingelogd, en vernieuw uw herstelcode en passkeys. Raak daarbij alleen aan wat u nog hebt.",
    "Kan iemand het toestel openen? Maak dan nieuwe sleutels, en bel het huis: lees uw nieuwe controlewoorden voor.",
  ],
  lostAll: "Ook uw herstelcode kwijt? Bel het huis. U krijgt een nieuw strookje, en verstrekkers geven u opnieuw toegang.",
  waitingOut: "Uitloggen en later verder",
};

export const en: typeof nl = {
  showCode: "Show the characters",
  elsewhere: "Your keys or passkeys were changed elsewhere. Lock, and sign in again: then you have the new ones here.",
  withoutTitle: "You sign in with your recovery code",
  noPrfHere: "This device can't open your keys with a passkey. Nothing is lost: go on without a passkey.",
  stopTrying: "Stop trying",
  account: "My keys",
  own: "Your key",
  name: "Name",
  partner: "Organisation",
  mail: "E-mail",
  until: "Member until",
  words: "Check words",
  wordsHelp: "If the house asks who you are, read these words aloud. They belong to your key and are no secret.",
  since: (when) => `made on ${when}`,
  standings: { "in-force": "in force", waiting: "waits for the house", old: "old" },
  oldKeys: (count) => (count === 1 ? "1 old key" : `${count} old keys`),
  oldHelp: "An old key signs nothing any more. It only opens what was sealed to you then.",
  waits: "Your new keys wait for the house. Call the house, and read these words aloud:",
  waitsHelp: "Until the house has vouched for them you work on with your old key. This page looks by itself whether it was done.",
  sending: "Your new keys were made, but no answer came from the hub. Send them again.",
  sendAgain: "Send the new keys again",
  certificate: "Save the public certificate",
  certificateHelp: "For somebody else's mail program. There is nothing secret in it.",
  openers: "What you sign in with",
  openersAre: (passkeys) =>
    passkeys === 0
      ? "Only your recovery code opens your keys."
      : passkeys === 1
        ? "Your keys open with 1 passkey and with your recovery code."
        : `Your keys open with ${passkeys} passkeys and with your recovery code.`,
  openedBy: { passkey: "You are signed in with a passkey now.", code: "You are signed in with your recovery code now." },
  add: "Add a passkey",
  addHelp: "For a second device, or so that you don't depend on one.",
  adding: "This passkey will be able to open your keys too. What was there before goes on working.",
  addSign: "Yes, add it",
  added: "The passkey was added.",
  renew: "Renew the recovery code, or remove a passkey",
  renewTitle: "Renew the recovery code and passkeys",
  renewStep: (number, name) => `Step ${number} of 3: ${name}`,
  renewSteps: { keep: "Passkeys that you keep", code: "New recovery code", agree: "Confirm" },
  keepIntro:
    "Touch each passkey that you still have and want to keep. One that you don't touch will not open your keys after this. That is how you remove a lost one.",
  kept: (count) => (count === 0 ? "You keep no passkey yet." : count === 1 ? "You keep 1 passkey." : `You keep ${count} passkeys.`),
  keep: "Touch a passkey",
  next: "Go on",
  codeOnly: "Without a passkey you sign in with your recovery code only.",
  newCode: "Your new recovery code",
  newCodeHow: "Print the code, or put it into your password manager. You see it only once. Your old code will not work any more.",
  renewing: (passkeys) =>
    passkeys === 0
      ? "Only your new recovery code will open your keys. Your old recovery code and all passkeys no longer will."
      : passkeys === 1
        ? "Only your new recovery code and 1 passkey will open your keys. Your old recovery code and other passkeys no longer will."
        : `Only your new recovery code and ${passkeys} passkeys will open your keys. Your old recovery code and other passkeys no longer will.`,
  renewThief: "If somebody has your old code or passkey, they may have a copy of your keys already. Then make new keys after this.",
  renewSign: "Yes, renew",
  renewed: "Renewed. Your old recovery code no longer works.",
  rotate: "Make new keys",
  rotateHelp: "If somebody may have your keys, or if your key ends soon.",
  rotating:
    "You get new keys. The house has to vouch for them: call the house after this. Your passkeys and recovery code go on working. You can't undo this.",
  rotateSign: "Yes, make new keys",
  rotated: "Your new keys were made. Call the house now.",
  tooLate: "Your new keys did not reach the hub, and now it is too late for that. They were set aside. Make others.",
  vouched: "The house has vouched for your new keys. You work with them now.",
  sessions: "Where you are signed in",
  sessionsHelp:
    "By the hub's word. Do you see one that you don't know? End it, and make new keys: a window where your keys are still open can sign in again by itself.",
  session: "Signed in",
  begun: "Since",
  seen: "Last seen",
  here: "this window",
  end: "End",
  endOf: (when) => `signed in since ${when}`,
  endOthers: "End all others",
  ended: (count) => (count === 1 ? "1 other place was signed out." : `${count} other places were signed out.`),
  noOthers: "You are signed in here only.",
  lost: "Lost a device?",
  lostSteps: [
    "Sign in on another device, with your recovery code or another passkey. You are signed in here: that is done.",
    "End above wherever else you are signed in, and renew your recovery code and passkeys. Touch only what you still have.",
    "Could somebody open the device? Then make new keys, and call the house: read your new check words aloud.",
  ],
  lostAll: "Lost your recovery code too? Call the house. You get a new slip, and suppliers give you access again.",
  waitingOut: "Sign out and go on later",
};
