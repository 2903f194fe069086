use super::*;
use crate::ingest::parse::{BlockKind, parse_bytes};

/// Words as tokens: easy to reason about.
fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// About what a word-piece tokenizer does: punctuation and CJK characters count alone.
fn word_pieces(text: &str) -> usize {
    text.split_whitespace()
        .map(|word| {
            let alone = word.chars().filter(|c| !c.is_alphanumeric() || *c > '\u{2e80}').count();
            alone + (word.chars().count() - alone).div_ceil(5)
        })
        .sum()
}

fn markdown(text: &str) -> Extracted {
    parse_bytes(text.as_bytes(), "test.md").unwrap()
}

fn texts(chunks: &[Chunk]) -> Vec<&str> {
    chunks.iter().map(|c| c.text.as_str()).collect()
}

/// What must hold for every document.
fn check(extracted: &Extracted, count: &dyn Fn(&str) -> usize) -> Vec<Chunk> {
    let chunks = chunk(extracted, count);
    let chars: Vec<char> = extracted.text.chars().collect();
    let mut covered = vec![false; chars.len()];
    let mut last_end = 0;
    for (at, chunk) in chunks.iter().enumerate() {
        assert_eq!(chunk.ordinal as usize, at);
        let range = chunk.char_start as usize..chunk.char_end as usize;
        assert!(range.start >= last_end, "chunks overlap");
        last_end = range.end;
        assert_eq!(chunk.text, chars[range.clone()].iter().collect::<String>());
        assert!(!chunk.text.trim().is_empty());
        assert_eq!(chunk.token_count as usize, count(&chunk.text));
        let whole = embedded_text(extracted.title.as_deref(), &chunk.heading_path, &chunk.text);
        let context = count(&whole) - count(&chunk.text);
        assert!(
            chunk.token_count as usize <= LEAST || count(&whole) <= MODEL_READS,
            "{} tokens of text below {context} of headings",
            chunk.token_count
        );
        covered[range].fill(true);
    }
    let text_of = |range: std::ops::Range<u32>| -> String {
        chars[range.start as usize..range.end as usize].iter().collect()
    };
    let texts: Vec<(BlockKind, String)> =
        extracted.blocks.iter().map(|block| (block.kind, text_of(block.start..block.end))).collect();
    let texts: Vec<(BlockKind, &str)> = texts.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
    for (block, is_contents) in extracted.blocks.iter().zip(contents::are_contents(&texts)) {
        let is_heading = matches!(block.kind, BlockKind::Heading { .. });
        for at in block.start as usize..block.end as usize {
            let is_kept = covered[at] || chars[at].is_whitespace();
            assert!(is_heading || is_contents || is_kept, "text is lost");
            assert!(!is_contents || !covered[at], "a table of contents is in a passage");
        }
    }
    chunks
}

#[test]
fn a_chunk_knows_the_headings_above_it() {
    let doc =
        markdown("# Handbook\n\nWelcome.\n\n## Travel\n\n### Trains\n\nSecond class.\n\n## Food\n\nYes.\n");
    let chunks = check(&doc, &words);
    let paths: Vec<_> = chunks.iter().map(|c| c.heading_path.join(" > ")).collect();
    assert_eq!(paths, ["Handbook", "Handbook > Travel > Trains", "Handbook > Food"]);
    assert_eq!(texts(&chunks), ["Welcome.", "Second class.", "Yes."]);
}

#[test]
fn a_long_section_is_cut_between_paragraphs() {
    let paragraph = |word: &str| format!("{}.\n\n", vec![word; 90].join(" "));
    let doc = markdown(&format!("# T\n\n{}{}{}", paragraph("a"), paragraph("b"), paragraph("c")));
    let chunks = check(&doc, &words);
    let firsts: Vec<_> = chunks.iter().map(|c| &c.text[..1]).collect();
    assert_eq!(firsts, ["a", "c"]);
}

#[test]
fn a_long_paragraph_is_cut_between_sentences_and_a_long_sentence_between_words() {
    let sentences = "One two three four five six seven eight nine ten. ".repeat(50);
    for chunk in check(&markdown(&sentences), &words) {
        assert!(chunk.text.starts_with("One") && chunk.text.ends_with("ten."));
        assert!(chunk.token_count >= 100);
    }
    let endless = "word ".repeat(1_000);
    assert!(check(&markdown(&endless), &words).len() <= 6);
}

#[test]
fn text_without_blanks_is_cut_too() {
    let chinese = "公司为员工提供带薪年假".repeat(100);
    assert!(check(&markdown(&chinese), &word_pieces).len() > 4);
    let noise = "x".repeat(5_000);
    assert!(check(&markdown(&noise), &word_pieces).len() > 4);
}

#[test]
fn a_word_that_is_one_token_however_long_is_cut_by_its_bytes() {
    let chunks = check(&markdown(&"QUJD".repeat(5_000)), &words);
    assert!(chunks.iter().all(|chunk| chunk.text.len() <= 3_100), "{}", chunks.len());
}

#[test]
fn tiny_neighbours_share_a_chunk_that_shows_their_headings() {
    let doc = markdown("# Glossary\n\n## OKR\n\nA goal.\n\n## PTO\n\nTime off.\n\n## SLA\n\nA promise.\n");
    let chunks = check(&doc, &words);
    assert_eq!(texts(&chunks), ["OKR\n\nA goal.\n\nPTO\n\nTime off.\n\nSLA\n\nA promise."]);
    assert_eq!(chunks[0].heading_path, ["Glossary"]);
}

#[test]
fn a_heading_with_nothing_below_it_is_text() {
    let text = "word ".repeat(30);
    let chunks = check(&markdown(&format!("# Title\n\n{text}\n\n# Closed at noon\n")), &words);
    assert_eq!(texts(&chunks), [text.trim(), "Closed at noon"]);
}

#[test]
fn rows_of_a_table_are_not_torn_apart() {
    let rows: String = (0..60).map(|n| format!("| item {n} | a b c d e f g h |\n")).collect();
    let doc = markdown(&format!("| name | letters |\n|---|---|\n{rows}"));
    for chunk in check(&doc, &words) {
        assert!(chunk.text.ends_with("g h") && chunk.text.starts_with(['i', 'n']));
    }
}

#[test]
fn a_line_that_announces_a_list_stays_with_it() {
    let filler = "word ".repeat(195);
    let items = "- one two three four five six seven eight\n".repeat(12);
    let doc = markdown(&format!("{filler}\n\nBring with you:\n\n{items}"));
    let chunks = check(&doc, &words);
    assert!(chunks[1].text.starts_with("Bring with you:\n\none"));
}

#[test]
fn a_table_of_contents_is_in_no_passage() {
    let sections = ["Paid leave", "Sick leave", "Parental leave", "How to ask"];
    let links: String = sections.iter().map(|name| format!("- [{name}](#there)\n")).collect();
    let texts_of: String =
        sections.iter().map(|name| format!("## {name}\n\n{}\n\n", "word ".repeat(30))).collect();
    let plain = format!("# Leave\n\nBefore.\n\n{texts_of}");
    let with_contents = format!("# Leave\n\nBefore.\n\n### Contents\n\n{links}\n{texts_of}");
    let without_heading = format!("# Leave\n\nBefore.\n\n{links}\n{texts_of}");
    let passages = |text: &str| -> Vec<(Vec<String>, String)> {
        let chunks = check(&markdown(text), &words);
        chunks.into_iter().map(|chunk| (chunk.heading_path, chunk.text)).collect()
    };
    assert_eq!(passages(&with_contents), passages(&plain));
    assert_eq!(passages(&without_heading), passages(&plain));
}

#[test]
fn what_stands_around_a_table_of_contents_is_not_one_passage() {
    let doc = markdown(
        "# Leave\n\nBefore.\n\n- One\n- Two\n- Three\n\nBehind.\n\n## One\n\nA.\n\n## Two\n\nB.\n\n## Three\n\nC.\n",
    );
    let chunks = check(&doc, &words);
    assert_eq!(texts(&chunks), ["Before.", "Behind.", "One\n\nA.\n\nTwo\n\nB.\n\nThree\n\nC."]);
}

#[test]
fn a_list_that_no_headings_below_repeat_is_text() {
    let doc = markdown("# A\n\nText.\n\n# B\n\nText.\n\n# C\n\nText.\n\n# Last\n\n- A\n- B\n- C\n- D\n");
    assert!(check(&doc, &words).iter().any(|chunk| chunk.text.contains("A\nB\nC\nD")), "they stand above");
    let doc = markdown("# Steps\n\n- Ask\n- Wait\n- Sign\n- Ask again\n\n# Ask\n\nOften.\n");
    assert!(check(&doc, &words)[0].text.contains("Wait\nSign"), "most are no headings");
}

#[test]
fn a_few_words_before_the_first_heading_belong_to_what_follows() {
    let doc = markdown(&format!("ACME\n\n# Guide\n\n{}", "word ".repeat(30)));
    let chunks = check(&doc, &words);
    assert_eq!(chunks.len(), 1);
    assert!(chunks[0].text.starts_with("ACME\n\nGuide\n\nword"));
}

/// The sample files beside the project; says so where they are missing.
fn data(path: &str) -> Option<std::path::PathBuf> {
    let found = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: there is no ../shared/data/{path} beside the project");
    None
}

fn files_below(folder: &std::path::Path, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_page_of_a_real_handbook_keeps_the_promises_of_chunk() {
    let Some(folder) = data("handbook_sourcegraph/files") else { return };
    let pages = files_below(&folder, "md");
    let mut sizes = Vec::new();
    for page in &pages {
        let bytes = std::fs::read(page).unwrap();
        let name = page.to_string_lossy();
        let Ok(extracted) = parse_bytes(&bytes, &name) else { continue };
        sizes.extend(check(&extracted, &word_pieces).iter().map(|c| c.token_count));
    }
    let mean = sizes.iter().sum::<u32>() as usize / sizes.len();
    println!("{} chunks of {} pages, {mean} tokens each", sizes.len(), pages.len());
    assert!((60..=TARGET).contains(&mean));
}

#[test]
fn every_sample_pdf_keeps_the_promises_of_chunk() {
    let (Some(northwind), Some(formats)) = (data("northwind/files"), data("formats")) else {
        return;
    };
    let parts = crate::store::RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    crate::ingest::parse::load_pdf_library(&parts.pdfium()).unwrap();
    for path in files_below(&northwind, "pdf").iter().chain(&files_below(&formats, "pdf")) {
        let bytes = std::fs::read(path).unwrap();
        if let Ok(extracted) = parse_bytes(&bytes, &path.to_string_lossy()) {
            check(&extracted, &word_pieces);
        }
    }
}
