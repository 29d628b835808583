# Kvalitetsindikatorene og dekningsgraden, regnet av radene i en leveranse og holdt mot registerets egne tall.
#
#     Rscript indikatorer.R MAPPE              mappen har leveransens filer, i csv eller SPSS (sav)
#     Rscript indikatorer.R MAPPE tall.csv     skriver også tallene til en fil
#
# Leveransen må ha allevarnum, forlopsoversikt, kvalitetsindikatorer og dekningsgrad:
#     smertereg export data --to MAPPE --tables allevarnum,forlopsoversikt,kvalitetsindikatorer,dekningsgrad
#
# Trenger R 4 med readr (csv) eller haven (sav). Skriptet er ment å endres: legg til en indikator i `indikatorer`, eller velg
# andre rader i `regn`.

# --- Hva indikatorene er -----------------------------------------------------------------------------------------------
# Hver indikator har en nevner (hvilke forløp som er med) og en teller (hvilke av dem som når målet), skrevet med kolonnene i
# allevarnum. Et tomt svar (NA) er verken sant eller usant, og er derfor aldri med. Vet ikke er et svar (9 eller 99). Hva
# indikatorene er i ord, og hvorfor de er slik, står i tabellen indikatordefinisjoner.

faggrupper <- quote(
  (!is.na(AntTilsLege)) + (!is.na(AntTilsSykPleier)) + (!is.na(AntTilsPsyk)) + (!is.na(AntTilsFysioT)) +
    (!is.na(AntTilsSosio)) >= 2
)

# I4: NRS er lavere ved siste tilsyn (B 2.1) enn ved første (B 1.2). 99 er vet ikke; en NRS på 9 er en smerte på 9.
nedgang <- function(maal, bare_endrede = FALSE) {
  navn <- list(forste = as.name(paste0(maal, "12")), siste = as.name(paste0(maal, "21")))
  nevner <- if (bare_endrede) quote(forste != 99 & siste != 99 & forste != siste) else quote(forste != 99 & siste != 99)
  list(nevner = do.call(substitute, list(nevner, navn)), teller = do.call(substitute, list(quote(forste > siste), navn)))
}

indikatorer <- list(
  "I1" = list(nevner = quote(AntPasTils > 0), teller = faggrupper),
  "I1-n" = list(nevner = quote(!is.na(AntPasTils)), teller = faggrupper),
  "I2" = list(nevner = quote(AntPasTils > 0 & !is.na(HenvistDato)), teller = quote(HenvistDato == StartdatoTO)),
  "I2-n" = list(nevner = quote(!is.na(AntPasTils) & !is.na(HenvistDato)), teller = quote(HenvistDato == StartdatoTO)),
  "I3" = list(nevner = quote(!is.na(EvalSpm3)), teller = quote(EvalSpm3 %in% c(4, 5))),
  "I4a" = nedgang("StSmBev"),
  "I4a-e" = nedgang("StSmBev", bare_endrede = TRUE),
  "I4b" = nedgang("SvSmBev"),
  "I4b-e" = nedgang("SvSmBev", bare_endrede = TRUE),
  "I4c" = nedgang("StSmRo"),
  "I4c-e" = nedgang("StSmRo", bare_endrede = TRUE),
  "I4d" = nedgang("SvSmRo"),
  "I4d-e" = nedgang("SvSmRo", bare_endrede = TRUE),
  "I5" = list(nevner = quote(IkkeMedBeh %in% c(0, 1)), teller = quote(IkkeMedBeh == 1)),
  "I5-t" = list(nevner = quote(Tilsett == 1 & !is.na(IkkeMedBeh)), teller = quote(IkkeMedBeh == 1)),
  "I6" = list(nevner = quote(VidereOppf == 1 & BehNedtrappAvsluttTils == 1), teller = quote(Journalnotat == 1)),
  "I9" = list(
    nevner = quote(Tilsett == 1 & AngiNRS12 != 2 & AngiNRS21 != 2),
    teller = quote(AngiNRS12 == 1 & AngiNRS21 == 1)
  ),
  # Et snitt: telleren er summen av verdiene.
  "I10" = list(nevner = quote(!is.na(MoEkvivalens22)), teller = quote(MoEkvivalens22))
)
snitt <- "I10"
dekningsgrad <- list("Dekningsgrad" = list(nevner = quote(InklKritOppf == 1), teller = quote(InklusjonStatus == 1)))
nokkel <- c("indikator", "populasjon", "nivaa", "aar", "AvdRESH")

# --- Leveransen --------------------------------------------------------------------------------------------------------

stopp <- function(...) stop(paste0(...), call. = FALSE)

krev_pakke <- function(pakke) {
  if (!requireNamespace(pakke, quietly = TRUE)) {
    stopp("R-pakken ", pakke, " mangler. Skriv i R: install.packages(\"", pakke, "\")")
  }
}

les_tabell <- function(mappe, tabell) {
  csv <- file.path(mappe, paste0(tabell, ".csv"))
  sav <- file.path(mappe, paste0(tabell, ".sav"))
  if (file.exists(csv)) {
    krev_pakke("readr")
    # Semikolon, desimalkomma og UTF-8; guess_max leser hele kolonnen før typen velges.
    return(as.data.frame(suppressMessages(readr::read_csv2(csv, guess_max = Inf, show_col_types = FALSE))))
  }
  if (file.exists(sav)) {
    krev_pakke("haven")
    # user_na: vet ikke er brukermanglende i SPSS, men et svar i indikatorene.
    return(as.data.frame(haven::zap_labels(haven::read_sav(sav, user_na = TRUE), user_na = TRUE)))
  }
  stopp(
    "Finner ikke ", tabell, ".csv eller ", tabell, ".sav i ", mappe, ". Leveransen må ha tabellene allevarnum, ",
    "forlopsoversikt, kvalitetsindikatorer og dekningsgrad."
  )
}

krev_kolonner <- function(tabell, navn, kolonner) {
  mangler <- sort(setdiff(kolonner, names(tabell)))
  if (length(mangler) > 0) {
    stopp(navn, " mangler ", paste(mangler, collapse = ", "), ". Lag leveransen uten å velge variabler.")
  }
}

aar_av <- function(dato) as.integer(format(as.Date(dato), "%Y"))

# Radene i allevarnum med det som trengs av forlopsoversikt, registerets egne tall per år, og indikatorenes navn.
les <- function(mappe) {
  if (!dir.exists(mappe)) stopp("Finner ikke mappen ", mappe, ".")
  rader <- les_tabell(mappe, "allevarnum")
  oversikt <- les_tabell(mappe, "forlopsoversikt")
  regnet <- les_tabell(mappe, "kvalitetsindikatorer")
  dekning <- les_tabell(mappe, "dekningsgrad")

  brukt <- unlist(lapply(c(indikatorer, dekningsgrad), function(i) c(all.vars(i$nevner), all.vars(i$teller))))
  krev_kolonner(rader, "allevarnum", c("ForlopsID", "AvdRESH", "SykehusNavn", "StartdatoTO", brukt))
  krev_kolonner(oversikt, "forlopsoversikt", c("ForlopsID", "HovedDato", "BasisRegStatus"))
  krev_kolonner(regnet, "kvalitetsindikatorer", c("navn", "status", "teller", "nevner"))
  krev_kolonner(dekning, "dekningsgrad", c("n_inklusjon_status", "n_inkl_krit_oppf"))
  if (nrow(rader) == 0) stopp("Leveransen i ", mappe, " har ingen forløp, så det er ingenting å regne av.")

  rader <- merge(rader, oversikt[c("ForlopsID", "HovedDato", "BasisRegStatus")], by = "ForlopsID")
  navn <- unique(regnet[c("indikator", "navn")])
  regnet <- regnet[regnet$periode == "år" & regnet$status == "beregnet", ]
  dekning <- dekning[dekning$periode == "år", ]
  registerets <- rbind(
    data.frame(
      indikator = regnet$indikator, populasjon = regnet$populasjon, nivaa = regnet$nivaa, aar = aar_av(regnet$fra),
      AvdRESH = regnet$AvdRESH, SykehusNavn = regnet$SykehusNavn,
      registerets_teller = regnet$teller, registerets_nevner = regnet$nevner
    ),
    data.frame(
      indikator = rep("Dekningsgrad", nrow(dekning)), populasjon = rep("alle", nrow(dekning)), nivaa = dekning$nivaa,
      aar = aar_av(dekning$fra), AvdRESH = dekning$AvdRESH, SykehusNavn = dekning$SykehusNavn,
      registerets_teller = dekning$n_inklusjon_status, registerets_nevner = dekning$n_inkl_krit_oppf
    )
  )
  # SPSS har tom tekst der csv har NA.
  registerets$AvdRESH <- as.integer(registerets$AvdRESH)
  list(rader = rader, registerets = registerets, navn = setNames(navn$navn, navn$indikator))
}

# --- Tallene -----------------------------------------------------------------------------------------------------------

sant <- function(x) !is.na(x) & x

# Teller og nevner for hver enhet og hvert år, etter kolonnen `dato`; og for landet, når radene er fra alle enhetene.
tell <- function(rader, hva, populasjon, dato, landet) {
  rader <- rader[!is.na(rader[[dato]]), ]
  if (nrow(rader) == 0) return(NULL)
  en <- function(indikator) {
    med <- sant(eval(hva[[indikator]]$nevner, rader))
    naadd <- as.numeric(eval(hva[[indikator]]$teller, rader))
    hver <- data.frame(
      aar = aar_av(rader[[dato]]), AvdRESH = as.integer(rader$AvdRESH), SykehusNavn = rader$SykehusNavn,
      teller = ifelse(med & !is.na(naadd), naadd, 0), nevner = as.integer(med)
    )
    tall <- aggregate(cbind(teller, nevner) ~ aar + AvdRESH + SykehusNavn, hver, sum)
    tall$nivaa <- "enhet"
    if (landet) {
      sum_av_alle <- aggregate(cbind(teller, nevner) ~ aar, hver, sum)
      tall <- rbind(tall, cbind(sum_av_alle, nivaa = "nasjon", AvdRESH = NA, SykehusNavn = "Alle enheter"))
    }
    cbind(tall, indikator = indikator, populasjon = populasjon)
  }
  do.call(rbind, lapply(names(hva), en))
}

# Landets dekningsgrad: summen av enhetenes, i de årene der ingen av dem er tømt fordi tallene er små.
summen_av_enhetene <- function(registerets) {
  enhetene <- registerets[registerets$indikator == "Dekningsgrad" & registerets$nivaa == "enhet", ]
  toemt <- unique(enhetene$aar[is.na(enhetene$registerets_nevner)])
  hele <- enhetene[!enhetene$aar %in% toemt, ]
  if (nrow(hele) == 0) return(NULL)
  tall <- aggregate(cbind(teller = registerets_teller, nevner = registerets_nevner) ~ aar, hele, sum)
  cbind(
    tall, AvdRESH = NA, SykehusNavn = "Alle enheter", nivaa = "nasjon", indikator = "Dekningsgrad", populasjon = "alle"
  )
}

# Egne tall og registerets ved siden av hverandre. `stemmer` er NA der et av dem ikke finnes.
sammenlign <- function(egne, registerets) {
  tall <- merge(egne, registerets, by = nokkel, all = TRUE, suffixes = c("", "_deres"))
  tall$SykehusNavn <- ifelse(is.na(tall$SykehusNavn), tall$SykehusNavn_deres, tall$SykehusNavn)
  tall$stemmer <- abs(tall$teller - tall$registerets_teller) < 0.05 & tall$nevner == tall$registerets_nevner
  rekkefolge <- match(tall$indikator, c(names(indikatorer), names(dekningsgrad)))
  tall <- tall[order(rekkefolge, tall$populasjon, tall$aar, tall$nivaa == "enhet", tall$AvdRESH), ]
  rownames(tall) <- NULL
  tall[c(nokkel, "SykehusNavn", "teller", "nevner", "registerets_teller", "registerets_nevner", "stemmer")]
}

# Alt som regnes av en mappe: tallene, indikatorenes navn, og om mappen har tall for landet.
regn <- function(mappe) {
  lest <- les(mappe)
  # Bare den nasjonale filen har tall for landet. Den har radene til de nasjonale forløpene; en enhets fil har alle dens egne.
  landet <- any(lest$registerets$nivaa == "nasjon")
  nasjonale <- lest$rader[sant(lest$rader$InklusjonStatus == 1 & lest$rader$BasisRegStatus == 1), ]
  egne <- tell(nasjonale, indikatorer, "nasjonal", "StartdatoTO", landet)
  registerets <- lest$registerets[lest$registerets$indikator %in% c(names(indikatorer), names(dekningsgrad)), ]
  if (landet) {
    # Indikatorene av alle forløp har ikke rader å telle i den nasjonale filen.
    registerets <- registerets[registerets$populasjon == "nasjonal" | registerets$indikator == "Dekningsgrad", ]
    egne <- rbind(egne, summen_av_enhetene(registerets))
  } else {
    egne <- rbind(
      egne,
      tell(lest$rader, indikatorer, "alle", "StartdatoTO", landet),
      tell(lest$rader, dekningsgrad, "alle", "HovedDato", landet)
    )
  }
  list(tall = sammenlign(egne, registerets), navn = lest$navn, landet = landet)
}

# --- Utskriften --------------------------------------------------------------------------------------------------------

med_komma <- function(x) formatC(x, format = "f", digits = 1, decimal.mark = ",")

ord_for <- function(teller, nevner, er_snitt) {
  andel <- paste0(teller, " av ", nevner, ifelse(nevner > 0, paste0(" = ", med_komma(100 * teller / nevner), " %"), ""))
  gjennomsnitt <- ifelse(nevner > 0, paste0("snitt ", med_komma(teller / nevner)), "ingen")
  ifelse(is.na(teller) | is.na(nevner), "–", ifelse(er_snitt, gjennomsnitt, andel))
}

# Tallene i ord, med norske overskrifter.
i_ord <- function(tall) {
  er_snitt <- tall$indikator %in% snitt
  data.frame(
    "År" = tall$aar, "Enhet" = tall$SykehusNavn,
    "Regnet her" = ord_for(tall$teller, tall$nevner, er_snitt),
    "Registerets tall" = ord_for(tall$registerets_teller, tall$registerets_nevner, er_snitt),
    "Stemmer" = ifelse(is.na(tall$stemmer), "–", ifelse(tall$stemmer, "ja", "NEI")),
    check.names = FALSE
  )
}

tittel <- function(indikator, populasjon, navn) {
  hva <- if (indikator %in% names(navn)) paste(indikator, navn[[indikator]]) else indikator
  paste0(hva, if (populasjon == "nasjonal") " (nasjonale forløp)" else " (alle forløp)")
}

oppsummering <- function(tall) {
  holdt <- tall$stemmer[!is.na(tall$stemmer)]
  if (length(holdt) == 0) {
    "Ingen av tallene kan sammenlignes med registerets."
  } else if (all(holdt)) {
    paste("Alle", length(holdt), "tall som kan sammenlignes, stemmer med registerets.")
  } else {
    paste(sum(!holdt), "av", length(holdt), "tall stemmer ikke med registerets.")
  }
}

om_dekningsgraden <- paste(
  "Dekningsgraden kan ikke regnes av radene i den nasjonale filen: forløp uten samtykke har ingen rad i den. Landets tall",
  "er holdt mot summen av enhetenes, i år der ingen av dem er tømt. En enhets egen fil har radene."
)

kjor <- function(argumenter) {
  if (!length(argumenter) %in% 1:2) stopp("Bruk: Rscript indikatorer.R MAPPE [TALL.csv]")
  regnet <- regn(argumenter[1])
  options(width = 200)
  for (deler in split(regnet$tall, factor(paste(regnet$tall$indikator, regnet$tall$populasjon),
    levels = unique(paste(regnet$tall$indikator, regnet$tall$populasjon))
  ))) {
    cat("\n", tittel(deler$indikator[1], deler$populasjon[1], regnet$navn), "\n", sep = "")
    print(i_ord(deler), row.names = FALSE, right = FALSE)
  }
  ikke_her <- sort(setdiff(names(regnet$navn), names(indikatorer)))
  cat("\n")
  if (length(ikke_her) > 0) cat("Ikke regnet her: ", paste(ikke_her, collapse = ", "), ".\n", sep = "")
  if (regnet$landet) cat(om_dekningsgraden, "\n")
  cat(oppsummering(regnet$tall), "\n")
  if (length(argumenter) == 2) {
    tryCatch(
      suppressWarnings(write.csv2(regnet$tall, argumenter[2], row.names = FALSE, na = "", fileEncoding = "UTF-8")),
      error = function(feil) stopp("Tallene kan ikke skrives i ", argumenter[2], ".")
    )
    cat("Tallene står i ", argumenter[2], ".\n", sep = "")
  }
}

# Kjøres ikke når rapport.Rmd henter funksjonene med source().
if (sys.nframe() == 0) {
  tryCatch(kjor(commandArgs(trailingOnly = TRUE)), error = function(feil) {
    message(conditionMessage(feil))
    quit(status = 1)
  })
}
