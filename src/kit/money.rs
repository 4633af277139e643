//! Money: whole minor units and a currency, never apart and never a float.

use serde::{Deserialize, Deserializer, Serialize};

use super::bounds::D1_INTEGER_MAX;

/// An ISO 4217 currency code in lower case, as Stripe and the database write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

/// Currencies whose smallest unit is the whole unit (Stripe's list of zero-decimal currencies).
const ZERO_DECIMAL: &[&str] =
    &["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];

/// Currencies with three decimals (Stripe's list).
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];

impl Currency {
    /// Reads a three-letter code in either case.
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_lowercase())))
    }

    /// The code in lower case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals a person expects to see.
    pub fn decimals(&self) -> u32 {
        match self.code() {
            code if ZERO_DECIMAL.contains(&code) => 0,
            code if THREE_DECIMAL.contains(&code) => 3,
            _ => 2,
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a currency code"))
    }
}

/// An amount of money that the database can hold exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Money from minor units (cents); `None` outside what D1 carries exactly.
    pub fn new(minor: i64, currency: Currency) -> Option<Self> {
        (-D1_INTEGER_MAX..=D1_INTEGER_MAX).contains(&minor).then_some(Self { minor, currency })
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum; `None` when the currencies differ or the sum is out of range.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Self::new(self.minor.checked_add(other.minor)?, self.currency)
    }

    /// Digits with the currency's decimals, without a sign for the currency: `9.00`.
    pub fn digits(self) -> String {
        let decimals = self.currency.decimals();
        let unit = 10_i64.pow(decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, part) = (self.minor.abs() / unit, self.minor.abs() % unit);
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        let width = usize::try_from(decimals).unwrap_or(2);
        format!("{sign}{whole}.{part:0width$}")
    }

    /// As the access API writes money: `9.00 USD`.
    pub fn with_code(self) -> String {
        format!("{} {}", self.digits(), self.currency.code().to_ascii_uppercase())
    }

    /// As a page shows money: `$9`, `$9.50`, `$1,000`, `JPY 900`.
    pub fn for_people(self) -> String {
        let digits = grouped(&self.digits());
        let short = digits.strip_suffix(".00").unwrap_or(&digits);
        match self.currency.code() {
            "usd" => format!("${short}"),
            "eur" => format!("€{short}"),
            "gbp" => format!("£{short}"),
            code => format!("{} {short}", code.to_ascii_uppercase()),
        }
    }
}

/// A comma before every third digit of the whole part, counted from its end.
fn grouped(digits: &str) -> String {
    const GROUP: usize = 3;
    let (whole, part) = digits.split_once('.').map_or((digits, ""), |(whole, part)| (whole, part));
    let places = whole.chars().filter(char::is_ascii_digit).count();
    let mut text = String::new();
    for (index, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if index > 0 && (places - index).is_multiple_of(GROUP) {
            text.push(',');
        }
        text.push(digit);
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{text}{point}{part}")
}

/// A share of an amount, in hundredths of a percent: from nothing to all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bps(i64);

impl Bps {
    /// The whole.
    const WHOLE: i64 = 10_000;

    /// Reads a share; `None` below nothing and above the whole.
    pub fn new(hundredths_of_percent: i64) -> Option<Self> {
        (0..=Self::WHOLE).contains(&hundredths_of_percent).then_some(Self(hundredths_of_percent))
    }

    /// This share of some minor units, rounded half up. Of nothing, or less, the share is nothing.
    pub fn of(self, minor: i64) -> i64 {
        let whole = i128::from(Self::WHOLE);
        let share = (i128::from(minor.max(0)) * i128::from(self.0) + whole / 2) / whole;
        i64::try_from(share).unwrap_or(i64::MAX)
    }

    /// For people: `30 %`, `12.5 %`.
    pub fn for_people(self) -> String {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        let digits = format!("{whole}.{part:02}");
        format!("{}\u{a0}%", digits.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl<'de> Deserialize<'de> for Bps {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(from)?).ok_or_else(|| serde::de::Error::custom("not a share"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bps, Currency, Money};

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).expect("a currency")).expect("in range")
    }

    #[test]
    fn money_is_written_with_the_decimals_of_its_currency() {
        assert_eq!(money(900, "usd").with_code(), "9.00 USD");
        assert_eq!(money(900, "jpy").with_code(), "900 JPY");
        assert_eq!(money(1_234, "kwd").with_code(), "1.234 KWD");
        assert_eq!(money(-5, "usd").with_code(), "-0.05 USD");
        assert_eq!(money(2_850, "usd").for_people(), "$28.50");
        assert_eq!(money(900, "usd").for_people(), "$9");
        assert_eq!(money(99_999, "usd").for_people(), "$999.99");
        assert_eq!(money(100_000, "usd").for_people(), "$1,000");
        assert_eq!(money(-123_456_789, "usd").for_people(), "$-1,234,567.89");
        assert_eq!(money(1_000_000, "jpy").for_people(), "JPY 1,000,000");
    }

    #[test]
    fn money_of_two_currencies_does_not_add_up() {
        assert_eq!(money(1, "usd").plus(money(1, "eur")), None);
        assert_eq!(money(900, "usd").plus(money(1_900, "usd")), Some(money(2_800, "usd")));
    }

    #[test]
    fn a_share_is_rounded_half_up() {
        let of = |bps, cents| Bps::new(bps).expect("a share").of(cents);
        assert_eq!((of(3_000, 900), of(1_000, 1_900)), (270, 190));
        assert_eq!((of(5_000, 1), of(4_999, 1), of(1, 5_000), of(1, 4_999)), (1, 0, 1, 0));
        assert_eq!((of(0, 900), of(10_000, 900), of(3_000, -1)), (0, 900, 0));
        assert_eq!((Bps::new(-1), Bps::new(10_001)), (None, None));
        let shown = |bps| Bps::new(bps).expect("a share").for_people().replace('\u{a0}', " ");
        assert_eq!([shown(3_000), shown(1_250), shown(5), shown(0)], ["30 %", "12.5 %", "0.05 %", "0 %"]);
    }

    #[test]
    fn an_amount_that_a_double_cannot_hold_is_not_money() {
        let usd = Currency::parse("usd").expect("a currency");
        assert_eq!(Money::new(1 << 53, usd), None);
        assert_eq!(money((1 << 53) - 1, "usd").plus(money(1, "usd")), None);
    }
}
