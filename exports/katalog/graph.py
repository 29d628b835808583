"""The description as a graph: the dataset as HealthDCAT-AP wants it, and with a catalogue around it as DCAT-AP-NO does.

Everything in it has an address, so the same publishing and the same file of settings give the same graph. A code is given with
its list, since it is by the list that it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, DCAT, DCTERMS, FOAF, SKOS

from checks.katalog import Agent, Code, Contact, Description, Text
from exports.katalog.published import Published, Table

CV = Namespace("http://data.europa.eu/m8g/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DPV = Namespace("https://w3id.org/dpv#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
GEODCATAP = Namespace("http://data.europa.eu/930/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES = {
    "csvw": CSVW,
    "cv": CV,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "dpv": DPV,
    "eli": ELI,
    "foaf": FOAF,
    "geodcatap": GEODCATAP,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "vcard": VCARD,
    "xsd": XSD,
}
_VERSION = URIRef(f"{DCAT}version")  # newer than what rdflib knows of DCAT
_AUTHORITY = "http://publications.europa.eu/resource/authority"
# What the register is, whoever runs it: the EU's codes with what they are called there, and the class that each belongs to.
_NON_PUBLIC = (f"{_AUTHORITY}/access-right/NON_PUBLIC", "non-public", DCTERMS.RightsStatement)
_HEALTH = (f"{_AUTHORITY}/data-theme/HEAL", "Health", None)
_BOKMAAL = (f"{_AUTHORITY}/language/NOB", "Norwegian Bokmål", DCTERMS.LinguisticSystem)
_NORWAY = (f"{_AUTHORITY}/country/NOR", "Norway", DCTERMS.Location)
_DAILY = (f"{_AUTHORITY}/frequency/DAILY", "daily", DCTERMS.Frequency)
_STATISTICAL = (f"{_AUTHORITY}/dataset-type/STATISTICAL", "Statistical data", None)
_Known = tuple[str, str, URIRef | None]


def european(description: Description, published: Published) -> Graph:
    """The dataset alone: HealthDCAT-AP's shapes take a catalogue for one more dataset."""
    return _Description(description, published, norwegian=False).graph


def norwegian(description: Description, published: Published) -> Graph:
    """The catalogue and the dataset in it."""
    return _Description(description, published, norwegian=True).graph


class _Description:
    """Makes the graph: each method adds one kind of thing and returns its address."""

    def __init__(self, description: Description, published: Published, *, norwegian: bool) -> None:
        self.said, self.published, self.norwegian = description, published, norwegian
        self.graph = Graph(bind_namespaces="none")
        self.health = Namespace(description.navnerom)
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)
        self.graph.bind("healthdcatap", self.health)
        self.laws = [self._thing(URIRef(law), ELI.LegalResource) for law in description.lovgivning]
        self.publisher = self._agent("utgiver", description.utgiver)
        self.contact = self._contact(description.kontakt)
        dataset = self._dataset()
        if norwegian:
            self._catalogue(dataset)

    def _catalogue(self, dataset: URIRef) -> None:
        catalogue = self._thing(self._part("katalog"), DCAT.Catalog)
        self._titled(catalogue, self.said.katalog.tittel, self.said.katalog.beskrivelse)
        self._say(catalogue, DCTERMS.publisher, self.publisher)
        self._say(catalogue, DCAT.contactPoint, self.contact)
        self._say(catalogue, DCATAP.applicableLegislation, *self.laws)
        self._say(catalogue, DCTERMS.language, self._known(_BOKMAAL))
        self._say(catalogue, DCTERMS.spatial, self._known(_NORWAY))
        self._say(catalogue, DCTERMS.modified, Literal(self.published.dag))
        self._say(catalogue, DCAT.dataset, dataset)

    def _dataset(self) -> URIRef:
        said, published = self.said, self.published
        dataset = self._thing(URIRef(said.iri), DCAT.Dataset)
        self._titled(dataset, said.datasett.tittel, said.datasett.beskrivelse)
        self._say(dataset, DCTERMS.identifier, Literal(said.identifikator))
        self._say(dataset, _VERSION, Literal(published.kodebok))
        self._say(dataset, DCTERMS.modified, Literal(published.dag))
        self._say(dataset, DCAT.keyword, *(Literal(word, lang="nb") for word in said.emneord))
        self._say(dataset, DCTERMS.publisher, self.publisher)
        self._say(dataset, GEODCATAP.custodian, self._agent("dataansvarlig", said.dataansvarlig))
        self._say(dataset, self.health.hdab, self._agent("hdab", said.hdab))
        self._say(dataset, DCAT.contactPoint, self.contact)
        self._say(dataset, DCATAP.applicableLegislation, *self.laws)
        self._say(dataset, DCAT.distribution, *self._distributions())
        self._codes(dataset)
        self._what_it_holds(dataset)
        self._why(dataset)
        return dataset

    def _codes(self, dataset: URIRef) -> None:
        said = self.said
        self._say(dataset, DCTERMS.accessRights, self._known(_NON_PUBLIC))
        self._say(dataset, DCAT.theme, self._known(_HEALTH))
        self._say(dataset, DCTERMS.language, self._known(_BOKMAAL))
        self._say(dataset, DCTERMS.spatial, self._known(_NORWAY))
        self._say(dataset, DCTERMS.accrualPeriodicity, self._known(_DAILY))
        self._say(dataset, DCTERMS.type, self._known(_STATISTICAL))
        self._say(dataset, self.health.healthCategory, *(self._code(code) for code in said.helsekategori))
        self._say(dataset, self.health.healthTheme, *(self._code(code) for code in said.helsetema))
        systems = (self._code(code, DCTERMS.Standard) for code in said.kodeverk)
        self._say(dataset, self.health.hasCodingSystem, *systems)
        personal = (self._thing(URIRef(kind), DPV.PersonalData) for kind in said.personopplysninger)
        self._say(dataset, DPV.hasPersonalData, *personal)

    def _what_it_holds(self, dataset: URIRef) -> None:
        published, said = self.published, self.said
        for name, number in (
            ("numberOfRecords", published.forlop),
            ("numberOfUniqueIndividuals", published.pasienter),
            ("minTypicalAge", said.alder_fra),
            ("maxTypicalAge", said.alder_til),
        ):
            if number is not None:
                self._say(dataset, self.health[name], Literal(number, datatype=XSD.nonNegativeInteger))
        if published.aar:
            period = self._thing(self._part("periode"), DCTERMS.PeriodOfTime)
            self._say(period, DCAT.startDate, Literal(published.aar[0]))
            self._say(period, DCAT.endDate, Literal(published.aar[1]))
            self._say(dataset, DCTERMS.temporal, period)
        self._say(dataset, self.health.populationCoverage, *_texts(said.befolkning))
        self._say(dataset, self.health.hasStructuredData, Literal(True))
        group = self._thing(self._part("variabler"), CSVW.TableGroup)
        self._say(group, DCTERMS.title, *_texts(said.datasett.tittel))
        self._say(group, CSVW.table, *(self._table(table) for table in published.tabeller))
        self._say(dataset, self.health.hasVariables, group)

    def _why(self, dataset: URIRef) -> None:
        said = self.said
        for number, purpose in enumerate(said.formaal, 1):
            node = self._thing(self._part(f"formaal-{number}"), DPV.Purpose)
            self._say(node, DCTERMS.description, *_texts(purpose))
            self._say(dataset, DPV.hasPurpose, node)
        for number, basis in enumerate(said.behandlingsgrunnlag, 1):
            node = self._thing(self._part(f"behandlingsgrunnlag-{number}"), DPV.LegalBasis)
            self._say(node, DCTERMS.description, *_texts(basis.tekst))
            self._say(node, DCTERMS.source, *([URIRef(basis.kilde)] if basis.kilde else []))
            self._say(dataset, DPV.hasLegalBasis, node)
        provenance = self._thing(self._part("opprinnelse"), DCTERMS.ProvenanceStatement)
        self._say(provenance, RDFS.label, *_texts(said.opprinnelse))
        self._say(dataset, DCTERMS.provenance, provenance)
        if said.landingsside:
            self._say(dataset, DCAT.landingPage, self._thing(URIRef(said.landingsside), FOAF.Document))

    def _distributions(self) -> Iterable[URIRef]:
        for number, way in enumerate(self.said.tilgang, 1):
            node = self._thing(self._part(f"tilgang-{number}"), DCAT.Distribution)
            self._titled(node, way.tittel, way.beskrivelse)
            self._say(node, DCAT.accessURL, URIRef(way.adresse))
            self._say(node, DCATAP.applicableLegislation, *self.laws)
            yield node

    def _table(self, table: Table) -> URIRef:
        node = self._thing(self._part(f"tabell-{quote(table.navn)}"), CSVW.Table)
        self._say(node, DCTERMS.title, Literal(table.tittel, lang="nb"))
        for column in table.kolonner:
            each = self._thing(self._part(f"kolonne-{quote(table.navn)}-{quote(column.navn)}"), CSVW.Column)
            self._say(each, CSVW.name, Literal(column.navn))
            self._say(each, CSVW.title, Literal(column.tittel, lang="nb"))
            self._say(each, CSVW.datatype, Literal(column.datatype))
            self._say(each, DCTERMS.description, Literal(column.beskrivelse, lang="nb"))
            self._say(node, CSVW.column, each)
        return node

    def _agent(self, name: str, agent: Agent) -> URIRef:
        node, reached = self._thing(self._part(name), FOAF.Agent), self._part(f"{name}-kontakt")
        self._say(node, FOAF.name, Literal(agent.navn))
        code = agent.type_no if self.norwegian else agent.type_eu
        self._say(node, DCTERMS.type, *([self._code(code)] if code else []))
        self._say(node, CV.contactPoint, self._thing(reached, CV.ContactPoint))
        self._say(reached, CV.email, *([Literal(agent.epost)] if agent.epost else []))
        self._say(reached, CV.contactPage, *([URIRef(agent.side)] if agent.side else []))
        return node

    def _contact(self, contact: Contact) -> URIRef:
        node = self._thing(self._part("kontakt"), VCARD.Kind)
        self._say(node, VCARD.fn, Literal(contact.navn))
        self._say(
            node, VCARD.hasEmail, *([URIRef(f"mailto:{quote(contact.epost, safe='@+')}")] if contact.epost else [])
        )
        self._say(node, VCARD.hasURL, *([URIRef(contact.side)] if contact.side else []))
        return node

    def _known(self, known: _Known) -> URIRef:
        iri, name, kind = known
        return self._concept(iri, [Literal(name, lang="en")], kind)

    def _code(self, code: Code, kind: URIRef | None = None) -> URIRef:
        return self._concept(code.iri, _texts(code.navn), kind)

    def _concept(self, iri: str, names: list[Literal], kind: URIRef | None) -> URIRef:
        """A code with its list: the address of the list is that of the code without its last part."""
        node, address = self._thing(URIRef(iri), SKOS.Concept), iri.rpartition("/")[0]
        if kind:
            self._thing(node, kind)
        scheme = self._thing(URIRef(address), SKOS.ConceptScheme)
        self._say(scheme, DCTERMS.title, Literal(address.rpartition("/")[2], lang="en"))
        self._say(node, SKOS.inScheme, scheme)
        self._say(node, SKOS.prefLabel, *names)
        return node

    def _titled(self, node: URIRef, title: Text, what: Text) -> None:
        self._say(node, DCTERMS.title, *_texts(title))
        self._say(node, DCTERMS.description, *_texts(what))

    def _part(self, name: str) -> URIRef:
        return URIRef(f"{self.said.iri}#{name}")

    def _thing(self, node: URIRef, kind: URIRef) -> URIRef:
        self.graph.add((node, RDF.type, kind))
        return node

    def _say(self, node: URIRef, what: URIRef, *values: URIRef | Literal) -> None:
        for value in values:
            self.graph.add((node, what, value))


def _texts(text: Text) -> list[Literal]:
    return [Literal(words, lang=language) for language, words in text.languages.items()]
