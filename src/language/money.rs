//! Money as a language writes it. Symbol placement and marks follow CLDR 46 for the four languages, except that English puts a
//! no-break space after the euro sign, as price tags here do; whole amounts go without decimals.

/// Between symbol and number, and between thousands outside English.
const NO_BREAK_SPACE: char = '\u{A0}';

/// `minor` units of `currency` (ISO 4217) as the language `tag` writes them.
pub(super) fn written(tag: &str, minor: i64, currency: &str) -> String {
    let number = number(tag, minor, cheval_content::currency_decimals(currency));
    let symbol = symbol(currency);
    match (tag, symbol) {
        ("en", "€") => format!("€{NO_BREAK_SPACE}{number}"),
        ("en", "$" | "£") => format!("{symbol}{number}"),
        _ => format!("{number}{NO_BREAK_SPACE}{symbol}"),
    }
}

fn symbol(currency: &str) -> &str {
    match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "PLN" => "zł",
        "UAH" => "₴",
        "CZK" => "Kč",
        other => other,
    }
}

fn number(tag: &str, minor: i64, decimals: u32) -> String {
    let (decimal_mark, thousands_mark) = if tag == "en" {
        ('.', ',')
    } else {
        (',', NO_BREAK_SPACE)
    };
    let scale = 10_u64.pow(decimals);
    let (whole, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
    let mut text = if minor < 0 {
        "-".to_owned()
    } else {
        String::new()
    };
    let digits = whole.to_string();
    // CLDR: Polish and many others group from five digits on; four-digit prices stay together everywhere but in English.
    let grouped = digits.len() > 4 || (tag == "en" && digits.len() > 3);
    for (at, digit) in digits.chars().enumerate() {
        if grouped && at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(thousands_mark);
        }
        text.push(digit);
    }
    if rest > 0 {
        let width = decimals as usize;
        text.push(decimal_mark);
        text.push_str(&format!("{rest:0width$}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, minor: i64, currency: &str, expect: &str) {
        assert_eq!(
            written(tag, minor, currency).replace(NO_BREAK_SPACE, "_"),
            expect
        );
    }

    #[test]
    fn each_language_writes_money_its_own_way() {
        check("en", 2900, "EUR", "€_29");
        check("en", 2950, "EUR", "€_29.50");
        check("en", 129_900, "USD", "$1,299");
        check("pl", 2900, "PLN", "29_zł");
        check("pl", 129_905, "PLN", "1299,05_zł");
        check("pl", 1_299_905, "PLN", "12_999,05_zł");
        check("uk", 123_456_700, "UAH", "1_234_567_₴");
        check("ru", 2900, "EUR", "29_€");
        check("uk", 5, "EUR", "0,05_€");
        check("en", 1200, "JPY", "1,200_JPY");
        check("en", -500, "EUR", "€_-5");
    }
}
