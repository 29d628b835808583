"""The sentences of the error catalogue (errors.py) about what leaves the register: files, figures, reports, queries."""

from __future__ import annotations

FILES: dict[str, str] = {
    # What leaves by file
    "REG-190": "Det er ikke plass til {fil} i {mappe}. Ingenting er skrevet. Rydd plass, eller velg en annen mappe.",
    "REG-191": "Det kan ikke skrives i {mappe}: {melding}. Ingenting er skrevet. Velg en annen mappe.",
    "REG-192": "«{tabell}» er for stor for Excel ({rader} rader). Velg færre variabler eller en kortere periode, eller et annet format.",
    "REG-193": "Oppskriften ({fil}) kan ikke brukes: {melding}. Rett den og prøv igjen.",
    "REG-194": "Variabelen «{variabel}» finnes ikke i {tabell}. {forslag}",
    "REG-223": "Ingen av variablene står i {tabell}. Velg minst én derfra, eller ta bort tabellen.",
    "REG-195": "Ingen forløp passer med utvalget. Velg en annen periode, enhet eller forløpstype.",
    "REG-430": "Ingen måned, kvartal eller år i {tabell} ligger helt i perioden. Velg en periode med minst en hel måned som har tall, eller ta bort tabellen.",
    "REG-196": "Nøkkelfilen {fil} finnes ikke, eller er for kort. Lag en med minst {lengde} tilfeldige tegn, og ta vare på den.",
    "REG-197": "Registeret kan bare vises slik det har vært, ikke slik det blir {tid}. Velg en tidligere dag eller et tidligere tidspunkt.",
    "REG-209": "«{verdi}» er verken en dag eller et tidspunkt. Skriv det som 2026-10-01 eller 2026-10-01T14:30.",
    "REG-222": "Ingenting var registrert {tid}. {melding} Velg et senere tidspunkt.",
    "REG-450": "Datamodellen kan ikke lages, fordi tabellene ikke lar seg bygge eller beskrive. Si fra til den som drifter SmerteReg.",
    # Units compared
    "REG-370": "{indikator} kan ikke justeres for hvilke pasienter enhetene har: med {antall} forhold å ta hensyn til trengs minst {krav} forløp av hvert utfall, og det er færre. Tallene vises som de er. Velg en lengre periode.",
    "REG-371": "{indikator} kan ikke justeres for hvilke pasienter enhetene har: i en gruppe av pasienter er utfallet det samme for alle, så modellen har ingen løsning. Tallene vises som de er. Velg en lengre periode.",
    "REG-372": "{indikator} kan ikke justeres for hvilke pasienter enhetene har: ingen forhold har nok forløp i mer enn én gruppe. Tallene vises som de er. Velg en lengre periode.",
    # The file for the national results portal
    "REG-350": "Det er ikke sagt hvilke id-er resultatportalen bruker. La SMERTEREG_SKDE være filen med dem; deploy/skde.yml er et eksempel.",
    "REG-351": "Filen med resultatportalens id-er ({fil}) kan ikke brukes: {melding}. Rett den og prøv igjen.",
    "REG-352": "{enhet} (RESH {resh}) har tall for {aar}, men ingen linje i {fil} som gjelder da. Legg den til: portalen bytter ut alle enhetenes tall for året, så ingen kan utelates.",
    "REG-353": "Registeret har ingen tall for {aar}. Velg et annet år.",
    "REG-354": "Indikatoren «{verdi}» i {fil} finnes ikke i registeret. Velg blant {kjente}.",
    "REG-355": "Ingenting er skrevet, fordi filen ikke besto kontrollene av den: {melding}. Si fra til den som drifter SmerteReg.",
    "REG-356": "Ingenting er skrevet, fordi alle tallene for {aar} er for små til å vises (under {grense} i nevneren).",
    "REG-357": "De publiserte filene er laget av en eldre versjon av SmerteReg. Kjør «smertereg publish», og prøv igjen.",
    # The description of the register for data users
    "REG-400": "Det er ikke sagt hvem som svarer for registeret, og hva annet en beskrivelse for databrukere trenger. La SMERTEREG_KATALOG være filen med det; deploy/katalog.yml er et eksempel.",
    "REG-401": "Filen med det beskrivelsen for databrukere trenger ({fil}), kan ikke brukes: {melding}. Rett den og prøv igjen.",
    # Queries on the published files, and deliveries
    "REG-380": "Du har en spørring som kjører. Vent til den er ferdig, eller stopp den.",
    "REG-381": "Det kjører for mange spørringer nå. Prøv igjen om litt.",
    "REG-382": "Spørringen er tom. Skriv en, eller velg et eksempel.",
    "REG-383": "Spørringen tok mer enn {sekunder} sekunder og er stoppet. Velg færre rader, eller kontroller hva tabellene kobles på.",
    "REG-384": "Spørringen trenger mer plass enn den får. Velg færre rader eller kolonner, eller hent den publiserte filen og regn selv.",
    "REG-385": "Spørringen er stoppet.",
    "REG-386": "Bare én spørring (SELECT) kan kjøres her, {hva}. Ta bort resten.",
    "REG-387": "«{ord}» kan ikke brukes her: en spørring leser bare tabellene i den publiserte filen. Velg en fra listen.",
    "REG-388": "{melding}",
    "REG-389": "Spørringen er for lang. Bruk høyst {grense} tegn.",
    "REG-390": "Spørringen ser ut til å inneholde et fødselsnummer. De publiserte filene har ingen; skriv den uten.",
    "REG-391": "Resultatet er ikke her lenger. Kjør spørringen på nytt.",
    "REG-392": "Oppskriften gjelder {utvalg}, og rollen din har bare data fra {eget}. Rett «utvalg», eller ta det bort.",
    "REG-393": "Oppskriften har «{valg}», som bare kan brukes på kommandolinjen (smertereg export data). Ta det bort.",
    "REG-420": "En pasient er slettet etter krav siden forrige publisering, så det som er publisert, kan ikke hentes. Det publiseres igjen i natt, og koordinatoren kan gjøre det nå.",
    # Reports, and other documents that are kept
    "REG-550": "Det er ikke plass til dokumentet på disken, og ingenting er laget. Si fra til den som drifter SmerteReg.",
    "REG-460": "En rapport gjelder hele måneder, og {fra}–{til} er det ikke. La perioden begynne den første i en måned og slutte den siste i en.",
    "REG-461": "{hvem} har ingen forløp med startdato i {periode}. Velg en annen periode.",
    "REG-462": "En årsrapport gjelder et helt kalenderår. Velg et år.",
    "REG-463": "«{hva}» gjelder én enhets eget arbeid, og finnes ikke for hele landet. Velg en enhet.",
    "REG-491": "{felt}: «{ord}» sier hva pasienten får hjelp for, og meldinger kan leses av andre. Skriv sykehusets navn uten det.",
    "REG-492": "{felt} mangler. Fyll ut både avsender og telefon, eller la begge stå tomme.",
}
