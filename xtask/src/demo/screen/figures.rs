//! Figures as people read them.

use std::time::Duration;

/// Columns of a full bar.
const BAR_COLUMNS: usize = 16;

/// A number with a comma before every three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people say it: `4.2 ms`, `310 ms`, `12.3 s`.
pub fn seconds(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    if millis < 9.95 {
        format!("{millis:.1} ms")
    } else if millis < 999.5 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// A bar for `percent` of 100.
pub fn bar(percent: f64) -> String {
    let eighths = (percent.clamp(0.0, 100.0) / 100.0 * (BAR_COLUMNS * 8) as f64) as usize;
    let mut text = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        text.push(['▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8 - 1]);
    }
    let columns = eighths.div_ceil(8);
    text.push_str(&"·".repeat(BAR_COLUMNS - columns));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(seconds(Duration::from_micros(1_500)), "1.5 ms");
        assert_eq!(seconds(Duration::from_micros(310_200)), "310 ms");
        assert_eq!(seconds(Duration::from_millis(12_340)), "12.3 s");
    }

    #[test]
    fn a_bar_has_always_the_same_width() {
        for percent in [0.0, 0.3, 50.0, 99.9, 100.0, 170.0] {
            assert_eq!(bar(percent).chars().count(), BAR_COLUMNS, "{percent}");
        }
    }
}
