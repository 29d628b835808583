"""The sentences of the error catalogue (checks/errors.py) about who a patient is: «Rett identitet»."""

from __future__ import annotations

IDENTITY: dict[str, str] = {
    "REG-524": "Pasienten har forløp ved en annen enhet, der alderen også må regnes på nytt. Be nasjonal koordinator (SC) om å rette fødselsdatoen.",
    "REG-530": "Nummeret hører til PasientID {pid}. Er de samme person, slå dem sammen.",
    "REG-531": "Det er én og samme pasient. Velg en annen PasientID.",
    "REG-532": "Oppgi en grunn, uten navn eller fødselsnummer.",
    "REG-561": "Det som er skrevet, ser ut til å inneholde et fødselsnummer. Skriv det uten navn og nummer: det blir stående, og andre leser det.",
    "REG-563": "Det er alt bedt om dette, og ønsket venter på SC. Svaret kommer under «Alle ønsker».",
    "REG-564": "Pasienten er ikke registrert som død, så det er ikke noe dødsfall å rette.",
    "REG-565": "Dette står om pasienten alt. Velg det som skal stå.",
    "REG-566": "Dødsdatoen er før fødselsdatoen {dato}. Kontroller begge.",
    "REG-533": "PasientID {behold} har det nummeret pasienten skal være kjent ved. Behold den.",
    "REG-534": "Pasienten har dette nummeret alt. Skriv det nummeret pasienten skal ha.",
    "REG-535": "Fødselsdatoen som er registrert, passer ikke til nummeret. Rett fødselsdatoen i Personopplysninger (PO) først, eller kontroller nummeret.",
    "REG-536": "Alderen i Tilleggsopplysninger (TO) i forløp {forlop} må regnes på nytt, og skjemaet kan ikke lagres: {melding} Rett skjemaet først.",
    "REG-537": "Sammenslåingen kan ikke angres: siden da er {hva}.",
    "REG-538": "Sammenslåingen er angret, eller finnes ikke. Åpne siden på nytt.",
    "REG-539": "Ønsket er besvart, eller finnes ikke. Åpne siden på nytt.",
    "REG-650": "Skriv hvorfor forløpet slettes.",
    "REG-541": "Pasientens adresse er skjermet i Folkeregisteret, og skal ikke lagres her. Tøm feltene for adresse.",
    "REG-540": "PasientID {pid} har ingen forløp ved enheten. Be om at nummeret rettes i stedet: da ser SC om en annen har det.",
}
