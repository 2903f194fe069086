//! What a cell's value says.

use calamine::{DataType, ExcelDateTime};

use super::format_code::FormatCode;

/// A value as a person would write it.
pub(super) fn shown<T: DataType>(value: &T, format: Option<&FormatCode>) -> String {
    if let Some(date) = value.get_datetime() {
        return date_shown(&date);
    }
    if let Some(number) = value.get_float().or_else(|| value.get_int().map(|number| number as f64)) {
        return format.map_or_else(|| decimal(number), |format| format.shown(number));
    }
    if let Some(truth) = value.get_bool() {
        return if truth { "TRUE" } else { "FALSE" }.to_owned();
    }
    value.as_string().or_else(|| value.get_datetime_iso().map(str::to_owned)).unwrap_or_default()
}

/// Spreadsheet programs compute with 15 significant digits and show no more.
pub(in crate::ingest::parse) fn decimal(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

pub(in crate::ingest::parse) fn date_shown(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        let seconds = (date.as_f64() * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let is_time_only = date.as_f64() < 1.0;
    let day = format!("{year:04}-{month:02}-{day:02}");
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    match (is_time_only, hour == 0 && minute == 0 && second == 0) {
        (true, _) => time,
        (false, true) => day,
        (false, false) => format!("{day} {time}"),
    }
}
