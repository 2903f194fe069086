//! What a PDF calls itself.

use super::reader::Document;
use super::rows::Item;

/// The title in the document's properties, unless a program put it there; else the largest
/// text on the first page that has any.
pub(super) fn of(document: &Document, pages: &[Vec<Item>]) -> Option<String> {
    let stated = document.title.as_deref().map(str::trim).filter(|title| is_meant(title));
    stated.map(str::to_owned).or_else(|| largest_on_first_page(pages))
}

fn is_meant(title: &str) -> bool {
    let lower = title.to_lowercase();
    let generic = ["untitled", "(anonymous)", "document", "unknown", "title"];
    let is_file_name = [".doc", ".docx", ".pdf", ".indd", ".tex", ".xlsx", ".pptx", ".qxd"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    title.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && !generic.contains(&lower.as_str())
        && !lower.starts_with("microsoft word - ")
        && !is_file_name
        && (title.contains(' ') || !title.contains(['_', '-']))
}

fn largest_on_first_page(pages: &[Vec<Item>]) -> Option<String> {
    let page = pages.iter().find(|items| !items.is_empty())?;
    let lines = || {
        page.iter().filter_map(|item| match item {
            Item::Line(run) => Some(run),
            Item::Row { .. } => None,
        })
    };
    let largest = lines().map(|run| run.size).fold(0.0, f32::max);
    let usual = lines().map(|run| run.size).fold(f32::MAX, f32::min);
    if largest < usual * 1.15 && lines().count() > 3 {
        return None;
    }
    let is_largest = |run: &&_| {
        let run: &super::runs::Run = run;
        run.size > largest * 0.97
    };
    let title: Vec<&str> = lines()
        .skip_while(|run| !is_largest(run))
        .take_while(is_largest)
        .take(4)
        .map(|run| run.text.trim())
        .collect();
    let title = title.join(" ");
    (title.chars().filter(|c| c.is_alphabetic()).count() >= 3 && title.chars().count() <= 200)
        .then_some(title)
}
