"""The error catalogue: every sentence a user can be met with when something is refused.

A sentence names the field, the value and the way out, and has no place for a value that could identify a patient.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.errors_of_files import FILES
from checks.errors_of_identity import IDENTITY
from checks.errors_of_operation import OPERATION
from checks.errors_of_reading import READING
from checks.errors_of_reservation import RESERVATION

CATALOGUE: dict[str, str] = {
    # One answer
    "REG-001": "{felt}: «{verdi}» er ikke {forventet}. Rett verdien.",
    "REG-002": "{felt}: «{verdi}» er ikke et av svaralternativene. Velg {forventet}.",
    "REG-003": "{felt}: {verdi} er utenfor det som er mulig ({forventet}). Rett verdien.",
    "REG-004": "{felt}: {verdi} har for mange desimaler. Oppgi {forventet}.",
    "REG-005": "{felt}: «{verdi}» kan ikke velges sammen med andre svar. Fjern det ene.",
    "REG-006": "{melding}",
    "REG-007": "{felt} mangler. Svar på spørsmålet før skjemaet ferdigstilles.",
    "REG-008": "«{felt}» finnes ikke i skjemaet {skjema}{naar}. Fjern feltet.",
    "REG-009": "{felt}: {verdi} er ikke en mulig dato. Skriv dato som dd.mm.åååå.",
    "REG-323": "{felt}: «{verdi}» kan ikke leses. Rett det, eller tøm feltet.",
    "REG-324": "{felt}: dosen mangler. Fyll den inn, eller fjern raden før skjemaet ferdigstilles.",
    "REG-325": "{felt}: svaret «{verdi}» ble skrevet før et nyere ble lagret, og er ikke tatt inn. Skriv det på nytt hvis det skal gjelde.",
    "REG-010": "{felt}: «{verdi}» finnes ikke i kodeverket. Søk fram koden på nytt.",
    "REG-011": "{felt}: {verdi} er ikke et aktivt valg ved enheten. Velg fra listen.",
    "REG-012": "{felt}: Verdien er ikke innenfor vanlige verdier for dette feltet. Er du sikker på at gitt verdi er riktig?",
    "REG-520": "{felt}: {melding}",
    "REG-013": "{felt}: {verdi} er fram i tid. Kontroller datoen.",
    "REG-014": "{felt}: {verdi} mg er ikke en av dosene i tabellen. Velg {forventet} mg.",
    "REG-015": "{felt} {verdi} kan ikke være etter «{annet}» {annen} i {tittel}. Rett den av datoene som er feil.",
    "REG-016": "{felt} i {tittel} er endret av en annen imens. Ingenting er lagret; lagre på nytt for å se datoene som står der nå.",
    # A form or a forløp
    "REG-020": "{skjema} er endret av {hvem} kl. {tid} etter at du åpnet det. Se forskjellene og velg hva som skal gjelde; det du skrev er beholdt.",
    "REG-021": "{skjema} inngår ikke i forløpstypen og kan ikke fylles ut. Endre Tilleggsopplysninger først hvis pasienten likevel er tilsett.",
    "REG-022": "{skjema} er ferdigstilt og låst. Kontakt lokal koordinator (LC) for å få rettet det.",
    "REG-023": "Oppgi en grunn for rettelsen av {skjema}: et ferdigstilt skjema endres bare med begrunnelse.",
    "REG-024": "Forløpet kan ikke slettes fordi {skjema} er ferdigstilt.",
    "REG-025": "Samtykket er registrert som Ja og kan bare trekkes av nasjonal koordinator (SC).",
    "REG-026": "Velg type manglende samtykke som er tilgjengelig for behandler: Aktivt, Passivt eller Ikke spurt.",
    "REG-027": "Forløp {forlop} finnes ikke, eller er slettet. Gå til arbeidslisten.",
    "REG-028": "Fødselsdato mangler. Spør pasienten og registrer den i Personopplysninger (PO) før Tilleggsopplysninger ferdigstilles.",
    "REG-029": "Forløpet har ikke noe samtykke som kan trekkes.",
    # A patient
    "REG-040": "Fødselsnummeret må ha 11 siffer. Kontroller at alle sifrene er med.",
    "REG-041": "Fødselsnummeret kan bare ha siffer. Fjern bokstaver og andre tegn.",
    "REG-042": "Fødselsnummeret har feil kontrollsiffer. Kontroller at det er skrevet riktig.",
    "REG-043": "Fødselsnummeret inneholder en umulig dato. Kontroller de seks første sifrene.",
    "REG-044": "Syntetiske fødselsnumre er ikke tillatt i dette registeret. Bruk pasientens eget nummer.",
    "REG-045": "Fødselsdatoen er i framtiden. Kontroller nummeret eller datoen.",
    "REG-046": "Pasienten finnes ikke i registeret. Søk på nytt.",
    "REG-480": "Nummeret er {hva}, som ikke sier når pasienten er født. Registrer pasienten som «Annet»; nummeret følger med.",
    "REG-481": "Nummeret er {hva}, og testpersoner er ikke tillatt i dette registeret. Bruk pasientens eget nummer.",
    "REG-521": "Pasienten er registrert som død{dag}. Registrer bare det som ble gjort mens pasienten levde.",
    "REG-047": "Oppgi {felt} for å registrere en pasient uten norsk fødselsnummer.",
    "REG-304": "Dette er ikke et telefonnummer. Skriv åtte siffer, eller + og landkode foran.",
    "REG-305": "Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no.",
    "REG-523": "Adressen har æ, ø, å eller lignende foran @. Mange e-posttjenere kan ikke sende til slike adresser. Be om en annen.",
    "REG-306": "Dette er ikke et norsk postnummer. Skriv fire siffer, for eksempel 0372.",
    # Access and units
    "REG-060": "Rollen {rolle} har ikke tilgang til å {handling}.",
    "REG-061": "Forløpet tilhører en annen enhet. Bytt enhet, eller kontakt den enheten.",
    "REG-062": "Du er ikke logget inn. Logg inn på nytt; det du skrev er beholdt.",
    "REG-065": "Registrering er ikke mulig før enheten har minst én aktiv {hva}. Be lokal koordinator (LC) legge den til.",
    # Data quality
    "REG-240": "Skriv hva du fant, så andre slipper å se på det samme.",
    "REG-241": "Kontrollen «{verdi}» finnes ikke. Velg en fra listen.",
    # What no form can hold, and what somebody else has changed meanwhile
    "REG-255": "Svaret har tegn eller verdier som ikke kan lagres. Skriv det på nytt.",
    "REG-256": "Smertediagnose {nr} mangler nummer, eller har samme nummer som en annen. Slett den og legg den til på nytt.",
    "REG-257": "{skjema} kan ikke leses, fordi innholdet er skadet. Be den som drifter registeret kjøre «smertereg check».",
    "REG-258": "Internkommentaren er endret av {hvem} kl. {tid} etter at du åpnet den. Se begge og velg hva som skal stå; det du skrev er beholdt.",
    "REG-259": "Internkommentaren er for lang. Bruk høyst {grense} tegn.",
    # Accounts and login. None of them tells whether an account exists.
    "REG-120": "Innloggingen lyktes ikke. Kontroller brukernavn og passord; etter flere feil må du vente litt før du prøver igjen.",
    "REG-331": "For mange innlogginger har mislyktes fra nettet du er på. Vent ti minutter og prøv igjen.",
    "REG-121": "Koden er feil, brukt eller for gammel. Skriv den siste koden du fikk.",
    "REG-122": "Innloggingen må begynne på nytt. Skriv brukernavn og passord.",
    "REG-123": "Passordet må ha minst {antall} tegn, og høyst {mest}. Skriv et nytt.",
    "REG-124": "Passordet må ha store og små bokstaver, tall og tegn. Det mangler: {hva}.",
    "REG-125": "Passordet er for lett å gjette. Velg et som ikke er et vanlig ord med tall bak, og ikke inneholder brukernavnet.",
    "REG-126": "De to nye passordene er ikke like. Skriv dem på nytt.",
    "REG-127": "Det nye passordet er det samme som det gamle. Velg et annet.",
    "REG-128": "Passordet du har nå, stemmer ikke. Skriv det på nytt; etter flere feil må du vente litt.",
    "REG-129": "Siden var for gammel, eller kom fra et annet nettsted. Last den på nytt og prøv igjen.",
    "REG-130": "{felt} mangler, eller er ikke et av valgene. Fyll ut feltet og send skjemaet på nytt.",
    "REG-131": "{felt} er ikke riktig skrevet. Skriv {forventet}.",
    "REG-132": "Søknaden finnes ikke, eller er allerede behandlet. Last siden på nytt.",
    "REG-133": "Oppgi en grunn for avslaget. Søkeren får den på e-post.",
    "REG-134": "Rollen {rolle} kan ikke gis av deg. Velg en annen, eller be nasjonal koordinator (SC).",
    "REG-522": "Brukeren har rollen {rolle}, som bare nasjonal koordinator (SC) kan gi og ta. Be SC om å endre brukeren.",
    "REG-135": "Brukeren finnes ikke, eller har ingen tilgang ved enheten. Last siden på nytt.",
    "REG-136": "Du kan ikke endre din egen tilgang. Be en annen koordinator om det.",
    "REG-137": "Meldingen kunne ikke sendes på {kanal} nå. Be om en ny om litt.",
    "REG-138": "Du har ikke den rollen ved enheten. Velg en av dem som vises.",
    "REG-139": "Det er sendt for mange koder på kort tid. Vent ti minutter og prøv igjen.",
    "REG-140": "Det venter for mange søknader ved enheten nå. Prøv igjen senere, eller kontakt lokal koordinator (LC).",
    "REG-141": "Det som ble sendt, er for stort. Gå tilbake, kort ned teksten og send på nytt.",
    "REG-150": "Koden fra appen kan ikke kontrolleres, fordi nøkkelen til registeret mangler. Be lokal koordinator (LC) om et nytt førstegangspassord.",
    "REG-151": "Førstegangspassordet er for gammelt. Be lokal koordinator (LC) om et nytt.",
    "REG-152": "{felt} er den du har fra før. Skriv en annen.",
    "REG-153": "Endringen må begynne på nytt. Skriv det nye og passordet ditt.",
    "REG-470": "Du har ingen jobb-e-post, så du får ikke vite når rapporten er klar. Legg den inn på Min side, og prøv igjen.",
    "REG-471": "Abonnementet finnes ikke, eller er stoppet. Last siden på nytt.",
    "REG-154": "Innloggingen lyktes ikke. Prøv igjen, eller bruk brukernavn og passord. Har du ikke bruker, søk med «Ny bruker».",
    "REG-580": "Denne HelseID-en er koblet til en annen bruker. Er begge dine, kontakt nasjonal koordinator (SC).",
    # The way in: the app's address, the proxy in front, sockets and uploads
    "REG-245": "Ingenting ble sendt, fordi SmerteReg ikke kjenner igjen adressen siden ble åpnet på. Last siden på nytt og prøv igjen. Hjelper det ikke, gi dette til den som drifter SmerteReg: SMERTEREG_ADRESSE må være adressen som står i nettleseren, med https:// og eventuell port.",
    "REG-246": "Dette er ikke SmerteRegs adresse. Bruk adressen du har fått. Er den riktig, gi dette til den som drifter SmerteReg: SMERTEREG_ADRESSE må være adressen som står i nettleseren, med https:// og eventuell port, og proxyen må sende den som Host.",
    "REG-247": "Siden får ikke åpnet forbindelsen den trenger. Vent litt og last den på nytt. Hjelper det ikke, gi dette til den som drifter SmerteReg: proxyen må sende Upgrade og Connection videre for /_stcore/stream, som i deploy/nginx.conf.",
    "REG-248": "SmerteReg er åpent i for mange faner. Lukk noen av dem, og last siden på nytt.",
    "REG-249": "Det er sendt for mange søknader herfra. Vent en time og prøv igjen, eller kontakt lokal koordinator (LC).",
    "REG-250": "Det lastes opp for mange filer nå. Vent noen minutter og prøv igjen.",
    "REG-251": "Proxyen sier ikke at brukerne kommer over https. La den sende X-Forwarded-Proto, som i deploy/nginx.conf.",
    "REG-252": "Alle besøkende regnes som én, fordi adressene deres ikke kommer fram. La proxyen sende X-Forwarded-For, og sett SMERTEREG_PROXYER til proxyens adresse (127.0.0.1 når den står på samme maskin).",
    "REG-253": "SMERTEREG_ADRESSE er http, så passord og svar går åpent over nettet. Sett opp TLS og bruk https.",
    # Patient forms
    "REG-160": "{skjema} kan ikke sendes: pasienten har ikke et samtykke som gjelder. Registrer samtykket i Tilleggsopplysninger (TO) først.",
    "REG-161": "{skjema} er allerede bestilt. Vent på svaret; pasienten får en påminnelse etter tre dager.",
    "REG-162": "{skjema} er påbegynt eller ferdigstilt, og kan ikke bestilles eller deles ut på papir.",
    "REG-163": "Pasienten mangler {hva}. Registrer det i Personopplysninger (PO), eller velg en annen kontaktmetode.",
    "REG-164": "HADS kan ikke sendes til pasienter før de lisensierte tekstene er lagt inn. Be nasjonal koordinator (SC) om det.",
    "REG-165": "{skjema} kan ikke sendes: pasienten er registrert som død i Folkeregisteret.",
    "REG-166": "Meldingen kan ikke sendes på nytt: den er sendt, eller skjemaet er besvart, stoppet eller lukket. Last siden på nytt.",
    "REG-167": "Årsaken kan ikke brukes her. Velg {forventet}.",
    "REG-168": "«Besvar alle og ferdigstill» er bare mulig så lenge ingen av pasientskjemaene er påbegynt. {skjema} er påbegynt eller ferdigstilt.",
    "REG-169": "Forløpet har ingen pasientskjema som kan lukkes.",
    "REG-170": "«Tidsmangel behandler» gjelder bare skjema på papir. Velg en annen årsak; ePROM sendes automatisk.",
    "REG-171": "{skjema} finnes ikke på papir. Det sendes automatisk fire uker etter sluttdato.",
    "REG-172": "{skjema} kan ikke deles ut på papir: fristen for å plotte det var {frist}.",
    "REG-173": "Pasienten har samtykket. Velg en annen årsak enn «Manglende samtykke».",
    "REG-590": "Forløpet har et registrert samtykke, og startdatoen kan ikke flyttes til {dag} eller senere, der pasienter ikke spørres om samtykke. Kontroller datoen, eller kontakt nasjonal koordinator (SC).",
    "REG-591": "{skjema} kan ikke sendes: inklusjonskriteriene må være oppfylt i Tilleggsopplysninger (TO), og pasienten må ikke ha reservert seg.",
    "REG-592": "Pasienten spørres ikke om samtykke i denne utgaven av registeret. Velg en annen årsak enn «Manglende samtykke».",
    "REG-175": "HADS-tekstene i {fil} kan ikke brukes: {melding}. Rett filen, eller fjern innstillingen SMERTEREG_HADS_TEKSTER.",
    "REG-176": "Enten er lenken ikke hel, eller så er skjemaet ikke lenger i bruk. Åpne lenken én gang til fra meldingen du fikk. Kommer du hit igjen, trenger du ikke å gjøre noe mer.",
    "REG-177": "Skjemaet er sendt inn. Takk for svarene.",
    "REG-178": "Det er ikke lenger mulig å svare på dette skjemaet. Du trenger ikke å gjøre noe.",
    "REG-179": "Du har ikke svart på noe ennå. Svar på det du vil, eller lukk siden hvis du ikke ønsker å svare.",
    "REG-180": "{skjema} er tomt. Registrer minst ett svar, eller lukk skjemaet med en årsak i Pasientregistreringer.",
    "REG-181": "{skjema} fylles bare ut av pasienten selv, ikke på papir.",
    "REG-182": "Forløp {forlop} har ingen pasientskjema: pasienten er ikke tilsett, eller oppfyller ikke inklusjonskriteriene.",
    "REG-183": "{skjema} kan ikke meldes som ikke kommet fram: det er ikke sendt, eller pasienten har begynt å svare. Last siden på nytt.",
    "REG-184": "Pasienten har begynt å svare på {skjema} selv: {hvor_langt}. Velg om papiret skal gjelde i stedet.",
    "REG-185": "Sykehuset har registrert svarene dine fra papirskjemaet. Det du eventuelt svarte her, er ikke brukt. Du trenger ikke å gjøre noe mer.",
    "REG-186": "Pasienten sendte selv inn {skjema} {tid}, mens du skrev inn papiret. Pasientens egne svar gjelder; det du skrev, er beholdt som utkast.",
    "REG-187": "{skjema} er lukket uten svar. Årsak: {grunn}. Det du skrev, er ikke lagret, men beholdt som utkast.",
    "REG-188": "Et svar kunne ikke leses, og er ikke tatt inn. Last siden på nytt.",
    "REG-174": "--at er for øving og virker bare i et demoregister. Bruk «smertereg job due --at» for å se hva som ville skjedd.",
    # Lists, log, erasure
    "REG-100": "Oppgi {felt} for {hva}.",
    "REG-101": "{felt}: «{verdi} …» er for langt. Bruk høyst {grense} tegn.",
    "REG-102": "RESH-id: «{verdi}» kan bare ha siffer. Finn den i RESH-registeret, eller la feltet stå tomt.",
    "REG-103": "{felt}: «{verdi}» er allerede brukt om en annen {hva} ved enheten. Velg et annet.",
    "REG-104": "Denne {hva}en finnes ikke ved enheten. Last siden på nytt.",
    "REG-105": "«{verdi}» har vært brukt i registrering og kan ikke slettes. Sett Aktiv til Nei i stedet.",
    "REG-106": "Perioden slutter {til}, før den begynner {fra}. Velg en senere sluttdato.",
    "REG-107": "Velg en pasient (PID) eller en bruker for å lese loggen.",
    "REG-108": "PID-en som er skrevet, er ikke pasientens. Skriv pasientens PID for å bekrefte slettingen.",
    "REG-109": "Oppgi en grunn for slettingen, uten navn eller fødselsnummer.",
    "REG-110": "Opplysningene er slettet, men datafilen er i bruk og blir skrevet på nytt først neste gang SmerteReg starter.",
    # Indicators over time
    "REG-230": "Notatet er for langt. Bruk høyst {grense} tegn.",
    "REG-231": "Notatet ser ut til å inneholde et fødselsnummer. Skriv det uten opplysninger om pasienter.",
    "REG-232": "Måneden {verdi} har ikke begynt ennå. Velg en tidligere måned.",
    "REG-233": "Basislinjen må være minst {minst} måneder. Velg en tidligere første måned eller en senere siste.",
    # A register in operation: how it begins, its units, and what only a demo has
    "REG-234": "Ingenting er laget: {fil} har {antall} feil. Rett linjene og prøv igjen.",
    "REG-235": "Linje {linje}: {melding}",
    "REG-236": "RESH-id: «{verdi}» kan bare ha siffer. Finn den i RESH-registeret.",
    "REG-237": "{felt}: «{verdi}» er allerede brukt om en annen enhet. Velg et annet.",
    "REG-238": "{enhet} er satt inaktiv og tar ikke imot nye {hva}. Det som er registrert, kan fortsatt fullføres. Nasjonal koordinator (SC) kan åpne enheten igjen.",
    "REG-239": "{kanal} er ikke satt opp i dette registeret, så meldingen kommer ikke fram. Be den som drifter SmerteReg om å sette {navn}.",
    "REG-242": "Registeret i {fil} er i drift, og «smertereg run» er for demoer. Start det med «smertereg serve».",
    "REG-244": "Ingen av enhetene har RESH-id {verdi}. Oppgi en av dem som står i filen.",
    "REG-243": "Det finnes ingen enhet med RESH-id {verdi}. Last siden på nytt.",
    # Searching, checking against the hospital's own list, fetching files
    "REG-210": "Skriv minst to bokstaver av navnet, fødselsdatoen (seks siffer) eller hele fødselsnummeret.",
    "REG-211": "{felt} {verdi} finnes ikke {hvor}. Kontroller nummeret, eller søk på navn.",
    "REG-482": "{verdi} er ikke en mulig fødselsdato. Skriv de seks første sifrene i fødselsnummeret, som ddmmåå, eller hele datoen, som dd.mm.åååå.",
    "REG-483": "{felt} kan ha {lengst} tegn, og har {antall}. Skriv det kortere.",
    "REG-212": "{felt} kan bare ha siffer. Skriv nummeret på nytt.",
    "REG-213": "Alderen slutter på {til} år, før den begynner på {fra}. Skriv en høyere «til»-alder.",
    "REG-220": "Dokumentet finnes ikke lenger, eller er ikke ditt. Last siden på nytt og lag et nytt.",
    "REG-221": "Filen finnes ikke i Filarkiv. Gå til Filarkiv og velg en som vises.",
    # Files, settings, codebook
    "REG-080": "Datafilen {fil} kan ikke leses: den er skadet, eller er ikke en SmerteReg-fil. Stopp appen, og hent registeret tilbake med «smertereg restore --set-aside».",
    "REG-081": "Datafilen {fil} finnes ikke. Kjør «smertereg init» (et register i drift) eller «smertereg run» (en demo), eller sett SMERTEREG_DATA til riktig mappe.",
    "REG-082": "Datafilen {fil} er i bruk av en annen prosess. Stopp den, eller bruk programmet som allerede kjører.",
    "REG-083": "Innstillingen {navn} er feil: {verdi}. {forventet}",
    "REG-084": "Kodeboken har en feil i {fil}, {hvor}: {melding}",
    "REG-085": "Ingenting er publisert ennå. Det gjøres hver natt, og koordinatoren kan gjøre det nå (på kommandolinjen: «smertereg publish»).",
    "REG-086": "Ingenting ble publisert, de forrige filene står: {melding}",
    "REG-087": "En publisering pågår allerede (prosess {verdi}). Vent til den er ferdig.",
    "REG-088": "Det finnes allerede et register i {fil}, og det er ikke rørt. Velg en annen mappe med SMERTEREG_DATA.",
    "REG-089": "Datafilen {fil} er laget av en nyere versjon av SmerteReg (migrering {verdi}). Oppgrader programmet.",
    "REG-092": "Den publiserte filen {fil} mangler eller kan ikke leses. Kjør «smertereg publish».",
    "REG-093": "Det er ikke publisert noen fil for «{verdi}». Oppgi RESH-id til en enhet, eller «nasjonal».",
    "REG-091": "Kontrollen fant feil: {melding}",
}
CATALOGUE |= FILES | OPERATION | IDENTITY | READING | RESERVATION


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an answer, ready to be shown beside its field.

    ``variabel`` is the codebook name (None for the whole form); ``rad`` is the row of the frame that was checked.
    ``annen_dato`` is the date of another form that the answer clashes with («b11.RegDato11»), when it does.
    """

    code: str
    melding: str
    skjema: str = ""
    variabel: str | None = None
    rad: int = 0
    annen_dato: str = ""


def problem(
    code: str, *, skjema: str = "", variabel: str | None = None, rad: int = 0, annen_dato: str = "", **values: object
) -> Problem:
    """Build a Problem from the catalogue; ``values`` fill the sentence's places."""
    return Problem(code, CATALOGUE[code].format(skjema=skjema, **values), skjema, variabel, rad, annen_dato)


class RegisterError(Exception):
    """Something the user can mend. ``str()`` is the Norwegian sentence; ``problems`` has one entry per field."""

    def __init__(self, code: str, *, problems: tuple[Problem, ...] = (), **values: object) -> None:
        self.code, self.problems = code, problems
        super().__init__(CATALOGUE[code].format(**values))


class InvalidAnswers(RegisterError):
    """Answers that were refused; nothing was stored. The message is the first problem's."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.code, self.problems = problems[0].code, problems
        Exception.__init__(self, problems[0].melding)
