//! Prices as a merchandiser writes them (`29`, `29.90`) ↔ minor units, without floating point.

use cheval_domain::catalogue::MinorUnits;

/// Digits after the decimal mark of a currency (ISO 4217); two unless listed.
#[must_use]
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 0,
        "KWD" | "BHD" | "OMR" | "JOD" | "TND" => 3,
        _ => 2,
    }
}

/// An amount as a price tag has it: `29.90`, without the currency.
#[must_use]
pub fn written(amount: MinorUnits, currency: &str) -> String {
    let width = decimals(currency) as usize;
    let scale = 10_u64.pow(decimals(currency));
    let (sign, minor) = (if amount.0 < 0 { "-" } else { "" }, amount.0.unsigned_abs());
    if width == 0 {
        format!("{sign}{minor}")
    } else {
        format!("{sign}{}.{:0width$}", minor / scale, minor % scale)
    }
}

/// Parses plain decimal digits into minor units; `None` for anything else, or for more decimals than the currency has.
pub(crate) fn parse(written: &str, decimals: u32) -> Option<MinorUnits> {
    let (negative, digits) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let width = decimals as usize;
    let plain = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > width {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<width$}").parse().ok()?;
    Some(MinorUnits(if negative { -minor } else { minor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, decimals: u32, expect: Option<i64>) {
        assert_eq!(
            parse(written, decimals),
            expect.map(MinorUnits),
            "{written:?} with {decimals} decimals"
        );
    }

    #[test]
    fn prices_become_minor_units_exactly() {
        check("29", 2, Some(2900));
        check("29.9", 2, Some(2990));
        check("29.90", 2, Some(2990));
        check("0.10", 2, Some(10));
        check("1200", 0, Some(1200));
        check("1.234", 3, Some(1234));
        check("-5", 2, Some(-500));
    }

    #[test]
    fn amounts_are_written_as_on_a_price_tag() {
        assert_eq!(written(MinorUnits(2990), "EUR"), "29.90");
        assert_eq!(written(MinorUnits(5), "EUR"), "0.05");
        assert_eq!(written(MinorUnits(-50), "EUR"), "-0.50");
        assert_eq!(written(MinorUnits(1200), "JPY"), "1200");
        assert_eq!(written(MinorUnits(1234), "KWD"), "1.234");
    }

    #[test]
    fn what_is_not_a_price_is_refused() {
        for written in [
            "",
            ".",
            ".5",
            "29,90",
            "1e3",
            "29.901",
            "inf",
            "nan",
            "0x1D",
            "1_000",
            "99999999999999999999",
        ] {
            check(written, 2, None);
        }
        check("29.90", 0, None);
    }
}
