"""The sentences of the error catalogue (errors.py) about files that others have made: lists, datadumps, code files."""

from __future__ import annotations

READING: dict[str, str] = {
    # A table, whatever it is of
    "REG-214": "{melding} Velg en annen fil, eller del den i flere.",
    "REG-215": "Filen kan ikke leses som csv eller Excel. {melding}",
    "REG-216": "Filen har bare én kolonne. Lagre den som Excel, eller som csv med semikolon mellom feltene.",
    "REG-217": "{felt}: velg hvilken kolonne i filen det er.",
    "REG-218": "Kolonnen «{verdi}» er valgt to ganger. Velg en annen for det ene feltet.",
    "REG-219": "Ingen av linjene kan leses. Kontroller at riktige kolonner er valgt. Den første{linje}: {melding}",
    "REG-090": "Kodefilen kan ikke leses. Linje {linje}: {melding}",
    "REG-507": "Kodefilen har {antall} feil, og ingenting er importert. Rett dem, eller hent filen på nytt.",
    "REG-560": "Listen har ingen overskrift: der den skulle stå, er det en henvisning. Skriv en linje øverst med navn på kolonnene, som Fødselsnummer og Henvist dato.",
    # A line of a hospital's list
    "REG-500": "{felt}: nummeret har {antall} siffer og begynner med 0, så det er verken et fødselsnummer eller en PasientID. Skriv alle 11 sifrene, eller PasientID uten 0 foran.",
    "REG-501": "{felt}: regnearket har kortet ned nummeret (som 1,2E+10). Gjør kolonnen til tekst i regnearket, og hent nummeret på nytt.",
    "REG-502": "Linje {linje}, «{kolonne}»: {verdi} må være måned/dag/år, og da kan flere datoer i listen bli lest feil. Skriv datoene som dd.mm.åååå.",
    # Import of earlier registrations
    "REG-198": "Importen mangler filen {fil}. Oppgi mappen med hele datadumpen.",
    "REG-200": "{fil} {melding}. Hent filen på nytt, med alle kolonnene i Klokeboken.",
    "REG-201": "{fil} har samme {kolonne} ({verdi}) to ganger, sist på linje {linje}. Fjern den ene linjen.",
    "REG-202": "{antall} forløp ble avvist, og ingenting er importert. Grunnene står i {fil}. Rett dem, eller bruk --accept-valid for å importere resten.",
    "REG-203": "{hva} {verdi} finnes i registeret med et annet navn eller ved en annen enhet. Rett avdelingsoversikten i importen.",
    "REG-204": "Pasienten er beskrevet på flere måter i filen. Fødselsdato, kjønn og død må være like i alle forløpene.",
    "REG-205": "{felt}: {verdi} er regnet på nytt til {forventet}. Ingenting trenger å gjøres.",
    "REG-206": "Enheten «{verdi}» deltar ikke i registeret. Rett RESH-id-en.",
    "REG-207": "Linjen hører ikke til noe forløp i forlopsoversikt, eller skjemaets status er ukjent. Rett nummeret eller fjern linjen.",
    "REG-208": "{felt} er brukt om en annen i dette registeret. Importer til et tomt register, eller gi forløpet et nytt nummer.",
    "REG-224": "{fil} har «{verdi}» i {kolonne} på linje {linje}. Der skal det stå {forventet}. Rett det og prøv igjen.",
    "REG-225": "{skjema} står i skjemaoversikt eller forlopsoversikt, men har ingen linje i {tabell}. Hent hele filen på nytt.",
    "REG-503": "{antall} feil stopper hele importen, og ingenting er importert. De står i {fil}. Den første: {melding}",
    "REG-504": "{fil}: {melding}",
    "REG-505": "{fil} og {annen} er begge tabellen {tabell}. La bare den ene ligge i mappen.",
    "REG-506": "{fil} er kuttet: linje {linje} er den siste, og mangler felt og linjeskift. Hent filen på nytt.",
}
