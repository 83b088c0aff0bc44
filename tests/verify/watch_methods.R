# watch_methods.R FOLDER: the results of R's surveillance and EpiEstim for FOLDER/manifest.tsv, into
# FOLDER/out, in the layout that `comity watch golden` reads.  A case that R cannot do has no file.
suppressMessages({library(surveillance); library(EpiEstim); library(jsonlite)})

top <- commandArgs(TRUE)[1]
cases <- read.delim(file.path(top, "manifest.tsv"), quote = "", colClasses = "character")

num <- function(x) ifelse(is.na(x), "NA", ifelse(is.infinite(x), ifelse(x > 0, "Inf", "-Inf"), sprintf("%.17g", x)))
put <- function(id, d) {
	d <- as.data.frame(lapply(d, function(x) num(as.numeric(x))), check.names = FALSE)
	write.table(d, file.path(top, "out", paste0(id, ".csv")), sep = ",", quote = FALSE, row.names = FALSE)
}

as_sts <- function(s, freq) {
	args <- list(observed = s$y, start = c(2000, 1), frequency = freq)
	if (!is.null(s$date)) args <- c(args, list(epoch = as.numeric(as.Date(s$date)), epochAsDate = TRUE))
	if (!is.null(s$population)) args$population <- matrix(s$population, ncol = 1)
	do.call(sts, args)
}

column <- function(x) if (is.matrix(x)) x[, 1] else x
basics <- function(r, t) list(t = t, observed = column(observed(r)), upperbound = column(upperbound(r)), alarm = column(alarms(r)))

ears <- function(s, freq, p) {
	r <- earsC(as_sts(s, freq), p)
	basics(r, seq(nrow(s) - nrow(r) + 1, nrow(s)))
}

span <- function(p) { p$range <- seq(p$range[1], p$range[2]); p }

with_epoch <- function(s, freq, p) {
	x <- as_sts(s, freq)
	if (!p$epochAsDate) { x@epochAsDate <- FALSE; x@epoch <- seq_len(nrow(s)) }
	x
}

# EpiEstim names the day of every single case in a vector that grows day by day, twice, and reads
# them only to simulate: minutes and gigabytes for the counts of a large country.
of_days <- function(f) {
	steps <- as.list(body(f))
	by_case <- vapply(steps, function(e) is.call(e) && identical(e[[1]], as.name("for")) &&
		any(c("Onset", "sum_on_col_si_delay") %in% all.vars(e)), NA)
	stopifnot(sum(by_case) == 2)
	body(f) <- as.call(steps[!by_case])
	f
}
cohort <- of_days(EpiEstim::wallinga_teunis)

run <- list(
	earsC1 = ears, earsC2 = ears, earsC3 = ears,
	farrington = function(s, freq, p) {
		x <- with_epoch(s, freq, p)
		p$epochAsDate <- NULL
		p <- span(p)
		r <- algo.farrington(sts2disProg(x), p)
		pd <- r$control$pd
		list(t = p$range, observed = s$y[p$range], upperbound = column(r$upperbound), alarm = column(r$alarm),
			trend = column(r$trend), pd_q = pd[, 1], pd_median = pd[, 2])
	},
	farringtonFlexible = function(s, freq, p) {
		x <- with_epoch(s, freq, p)
		p$epochAsDate <- NULL
		p$glmWarnings <- FALSE
		p <- span(p)
		r <- farringtonFlexible(x, p)
		k <- r@control
		c(basics(r, p$range), lapply(list(expected = k$expected, score = k$score, pvalue = k$pvalue, mu0Vector = k$mu0Vector,
			phi = k$phiVector, trend = k$trend, trendCoef = ifelse(k$trend == 1, k$trendVector, NA)), column))
	},
	cusum = function(s, freq, p) {
		p <- span(p)
		if (identical(p$m, "mean")) p["m"] <- list(NULL)
		r <- algo.cusum(sts2disProg(as_sts(s[, c("t", "y")], freq)), p)
		list(t = p$range, observed = s$y[p$range], m = rep(r$control$m, length.out = length(p$range)),
			cusum = column(r$cusum), upperbound = column(r$upperbound), alarm = column(r$alarm))
	},
	bayes = function(s, freq, p) basics(surveillance::bayes(as_sts(s[, c("t", "y")], freq), span(p)), span(p)$range),
	rki = function(s, freq, p) basics(surveillance::rki(as_sts(s[, c("t", "y")], freq), span(p)), span(p)$range),
	glrnb = function(s, freq, p) {
		p <- span(p)
		if (identical(p$theta, "null")) p["theta"] <- list(NULL)
		p$mu0 <- rep(p$mu0, length(p$range))
		r <- surveillance::glrnb(as_sts(s[, c("t", "y")], freq), p)
		list(t = p$range, observed = s$y[p$range], mu0 = p$mu0, glr = column(upperbound(r)), alarm = column(alarms(r)))
	},
	estimateR = function(s, freq, p) {
		n <- nrow(s)
		from <- seq(2, n - p$window + 1)
		r <- suppressMessages(suppressWarnings(estimate_R(s$y, method = "parametric_si", config = make_config(list(
			mean_si = p$mean_si, std_si = p$std_si, mean_prior = p$mean_prior, std_prior = p$std_prior,
			t_start = from, t_end = from + p$window - 1)))$R))
		setNames(as.list(r[, 1:11]), c("t_start", "t_end", "mean", "sd", "q025", "q05", "q25", "median", "q75", "q95", "q975"))
	},
	si_distr = function(s, freq, p) {
		w <- discr_si(seq(0, p$T - 1), p$mean_si, p$std_si)
		list(k = 0:p$T, w = c(w, 0))
	},
	wallinga_teunis = function(s, freq, p) {
		n <- nrow(s)
		from <- seq(2, n - p$window + 1)
		r <- suppressMessages(suppressWarnings(cohort(s$y, method = "parametric_si", config = list(
			mean_si = p$mean_si, std_si = p$std_si, t_start = from, t_end = from + p$window - 1, n_sim = 0))$R))
		list(t_start = r[, 1], t_end = r[, 2], mean = r[, 3])
	},
	growth_loglinear = function(s, freq, p) {
		ends <- seq(p$window, nrow(s))
		rows <- lapply(ends, function(e) {
			x <- seq_len(p$window); y <- s$y[(e - p$window + 1):e]; ok <- which(!is.na(y) & y > 0)
			if (length(ok) < p$minpoints) return(c(e, length(ok), NA, NA, NA, NA, NA))
			d <- data.frame(x = x[ok], l = log(y[ok]))
			m <- lm(l ~ x, d)
			r <- coef(m)[[2]]
			ci <- suppressWarnings(confint(m, "x", level = p$conf))
			c(e, length(ok), r, ci[1], ci[2], if (r > 0) log(2) / r else NA, if (r < 0) -log(2) / r else NA)
		})
		m <- do.call(rbind, rows)
		setNames(lapply(1:7, function(i) m[, i]), c("t", "n", "r", "r_lo", "r_hi", "doubling", "halving"))
	}
)

# A line list instead of a series; each day and method after set.seed().
reported_later <- function(s, p) {
	prior <- structure("poisgamma", mean.lambda = p$mean.lambda, var.lambda = p$var.lambda)
	s <- data.frame(dEvent = as.Date(s$event), dReport = as.Date(s$report))
	now <- as.Date(p$now)
	when <- seq(now - p$back, now - 1, by = "1 day")
	set.seed(p$seed)
	capture.output(r <- suppressMessages(nowcast(now, when, s, "dEvent", "dReport", method = p$method, D = p$D,
		control = list(N.tInf.prior = prior, N.tInf.max = p$N.tInf.max, nSamples = p$nSamples, alpha = p$alpha,
			gd.prior.kappa = p$gd.prior.kappa, dRange = c(min(s$dEvent), now)))))
	i <- match(when, epoch(r, as.Date = TRUE))
	data.frame(now = p$now, method = p$method, date = format(when), reported = observed(r)[i, 1],
		median = upperbound(r)[i, 1], lo = r@pi[i, 1, 1], hi = r@pi[i, 1, 2])
}

dir.create(file.path(top, "out"), showWarnings = FALSE)
for (i in seq_len(nrow(cases))) {
	k <- cases[i, ]
	s <- read.csv(file.path(top, "series", paste0(k$series, ".csv")))
	p <- fromJSON(k$params)
	if (k$algorithm == "nowcast") {
		done <- try(suppressWarnings(reported_later(s, p)), silent = TRUE)
		if (inherits(done, "try-error")) cat(k$case, "\t", gsub("\n", " ", as.character(done)), "\n", sep = "")
		else write.csv(done, file.path(top, "out", paste0(k$case, ".csv")), quote = FALSE, row.names = FALSE)
		next
	}
	done <- try({ d <- suppressWarnings(run[[k$algorithm]](s, as.numeric(k$freq), p)); as.data.frame(d); d }, silent = TRUE)
	if (inherits(done, "try-error")) cat(k$case, "\t", gsub("\n", " ", as.character(done)), "\n", sep = "")
	else put(k$case, done)
}
