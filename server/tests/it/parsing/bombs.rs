//! Small files that unpack to huge ones, or never end: each is refused within its limits.

use std::io::Write;

use server::ingest::parse::{Extracted, ParseError, parse_file};

use super::{file, parse_bytes, request, zip};

/// Reads a file with a few seconds of CPU time: more than any honest file of its size needs.
async fn parse_briefly(bytes: &[u8], filename: &str) -> Result<Extracted, ParseError> {
    let file = file(bytes);
    let mut request = request(file.path(), filename);
    request.limits.cpu_seconds = 10;
    parse_file(request).await
}

#[tokio::test]
async fn a_word_document_that_unpacks_to_a_thousand_times_its_size_is_refused() {
    let bomb = docx(|out| {
        out.write_all(b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>")?;
        let block = vec![b'A'; 1 << 20];
        (0..64).try_for_each(|_| out.write_all(&block))
    });
    assert!(bomb.len() < 256 << 10);
    let err = parse_bytes(&bomb, "bomb.docx").await.unwrap_err();
    assert_eq!(err.code(), "too_large", "{err}");
}

#[tokio::test]
async fn a_word_document_with_entities_is_refused_unexpanded() {
    let laughs = docx(|out| {
        out.write_all(
            b"<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">\
              <!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
              <w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p></w:body>\
              </w:document>",
        )
    });
    let err = parse_bytes(&laughs, "laughs.docx").await.unwrap_err();
    assert_eq!(err.code(), "damaged", "{err}");
}

#[tokio::test]
async fn deep_nesting_ends_one_way_or_the_other() {
    let page = format!("<p>top{}", "<div>".repeat(200_000));
    match parse_briefly(page.as_bytes(), "deep.html").await {
        Ok(extracted) => assert_eq!(extracted.text, "top"),
        Err(err) => assert_eq!(err, ParseError::TookTooLong),
    }
}

#[tokio::test]
async fn a_workbook_whose_sheet_unpacks_to_a_thousand_times_its_size_is_refused() {
    let types = b"<Types><Override ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>";
    let bomb = zip(&[("[Content_Types].xml", types), ("xl/worksheets/sheet1.xml", &vec![b' '; 64 << 20])]);
    assert_eq!(parse_briefly(&bomb, "bomb.xlsx").await.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn an_archive_whose_files_share_their_bytes_is_refused() {
    let text: Vec<u8> =
        (0..60_000_u32).flat_map(|n| format!("{} ", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    let honest = zip(&[("f00000.txt", &text)]);
    let bomb = listed_again_and_again(&honest, 2_000);
    let err = parse_briefly(&bomb, "bomb.zip").await.unwrap_err();
    assert!(matches!(err.code(), "too_large" | "took_too_long"), "{err}");
}

/// An archive of one file that is listed under many names.
fn listed_again_and_again(archive: &[u8], times: u32) -> Vec<u8> {
    const END: usize = 22;
    let end = &archive[archive.len() - END..];
    let start = u32::from_le_bytes(end[16..20].try_into().unwrap()) as usize;
    let entry = &archive[start..archive.len() - END];
    let mut out = archive[..start].to_vec();
    for number in 0..times {
        let mut entry = entry.to_vec();
        let name = entry.windows(10).position(|w| w == b"f00000.txt").unwrap();
        entry[name..name + 10].copy_from_slice(format!("f{number:05}.txt").as_bytes());
        out.extend(entry);
    }
    let length = out.len() - start;
    out.extend(&end[..8]);
    out.extend((times as u16).to_le_bytes());
    out.extend((times as u16).to_le_bytes());
    out.extend((length as u32).to_le_bytes());
    out.extend(&end[16..]);
    out
}

#[tokio::test]
async fn a_text_without_end_is_refused() {
    let lines = "value,value,value\n".repeat(5_000_000);
    assert_eq!(parse_bytes(lines.as_bytes(), "endless.txt").await.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn a_pdf_whose_pages_contain_themselves_ends() {
    let bomb = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Count 2000000000/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>";
    let err = parse_briefly(bomb, "loop.pdf").await.unwrap_err();
    assert!(matches!(err.code(), "damaged" | "too_large" | "took_too_long"), "{err}");
}

#[tokio::test]
async fn a_pdf_of_a_hundred_thousand_pages_is_refused() {
    let bomb = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Count 100000/Kids[{}]>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>",
        "3 0 R ".repeat(100_000)
    );
    assert_eq!(parse_briefly(bomb.as_bytes(), "endless.pdf").await.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn a_pdf_nested_without_end_ends() {
    let bomb = format!("%PDF-1.4\n1 0 obj{}endobj\ntrailer<</Root 1 0 R>>", "[".repeat(2_000_000));
    let err = parse_briefly(bomb.as_bytes(), "deep.pdf").await.unwrap_err();
    assert!(matches!(err.code(), "damaged" | "took_too_long" | "parser_crashed"), "{err}");
}

/// A page whose content is packed twice, a few kilobytes for a hundred million bytes.
#[tokio::test]
async fn a_pdf_packed_twice_ends_within_its_limits() {
    let content = deflated(&deflated(&vec![b' '; 100_000_000]));
    assert!(content.len() < 4_096, "{}", content.len());
    let mut bomb = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj"
        .to_vec();
    writeln!(bomb, "<</Filter[/FlateDecode/FlateDecode]/Length {}>>stream", content.len()).unwrap();
    bomb.extend(content);
    bomb.extend(b"\nendstream endobj\ntrailer<</Root 1 0 R>>");
    let err = parse_briefly(&bomb, "packed.pdf").await.unwrap_err();
    assert_ne!(err.code(), "parser_unavailable", "{err}");
}

/// The bytes as zlib packs them, without the checksum, which readers of PDF don't need.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let archive = zip(&[("x", bytes)]);
    let packed = zip::ZipArchive::new(std::io::Cursor::new(&archive)).unwrap();
    let member = packed.clone().by_index(0).map(|m| (m.data_start(), m.compressed_size())).unwrap();
    let start = member.0.unwrap() as usize;
    [b"\x78\x9c", &archive[start..start + member.1 as usize]].concat()
}

/// A Word document whose main part is what `write` writes.
fn docx(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("word/document.xml", options).unwrap();
    write(&mut zip).unwrap();
    zip.finish().unwrap().into_inner()
}
