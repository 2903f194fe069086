//! Encodings of single bytes that old programs wrote and browsers don't know, or mistake for others.

use std::borrow::Cow;

use encoding_rs::{Encoding, MACINTOSH, X_MAC_CYRILLIC};

/// What stands for the bytes from 0x80 on in DOS' Western European code page, the letters of which are those of
/// code page 437, too.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
/// The same of its Central European one.
const CODE_PAGE_852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// So few misplaced characters may be the author's.
const LEAST_MISFITS: usize = 3;
/// One in so many must be misplaced for another encoding to be looked for,
const MISFITS_AMONG: usize = 40;
/// and it must leave at most one of so many.
const BETTER_BY: usize = 4;

/// The text, read in an old encoding instead if it makes much more sense so: with fewer symbols within words
/// and fewer capitals behind small letters.
pub(super) fn or_older<'a>(bytes: &'a [u8], guessed: Cow<'a, str>) -> Cow<'a, str> {
    let (misfits, foreign) = misfits(&guessed);
    if misfits < LEAST_MISFITS || misfits * MISFITS_AMONG < foreign {
        return guessed;
    }
    let of_apple = |encoding: &'static Encoding| encoding.decode_without_bom_handling(bytes).0.into_owned();
    let readings = [
        by_table(bytes, CODE_PAGE_850),
        by_table(bytes, CODE_PAGE_852),
        of_apple(MACINTOSH),
        of_apple(X_MAC_CYRILLIC),
    ];
    let rated = readings.into_iter().map(|text| (self::misfits(&text).0, text));
    match rated.min_by_key(|(misfits, _)| *misfits) {
        Some((left, text)) if left * BETTER_BY <= misfits => Cow::Owned(text),
        _ => guessed,
    }
}

fn by_table(bytes: &[u8], table: &str) -> String {
    let table: Vec<char> = table.chars().collect();
    let read = |byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => table[usize::from(at)],
        None => char::from(*byte),
    };
    bytes.iter().map(read).collect()
}

/// Of the characters beyond ASCII, those that don't belong where they stand, and how many there are.
fn misfits(text: &str) -> (usize, usize) {
    let (mut misfits, mut foreign) = (0, 0);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            foreign += 1;
            misfits += usize::from(is_misfit(before, c, chars.peek().copied().unwrap_or(' ')));
        }
        before = c;
    }
    (misfits, foreign)
}

fn is_misfit(before: char, c: char, after: char) -> bool {
    if c.is_control() || c == char::REPLACEMENT_CHARACTER {
        return true;
    }
    if !c.is_alphabetic() {
        let joins = matches!(c, '’' | '‘' | '·' | '–' | '—' | '‑' | '\u{ad}');
        return before.is_alphabetic() && after.is_alphabetic() && !joins;
    }
    c.is_uppercase() && (before.is_lowercase() || before.is_alphabetic() && after.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::encoding::decode;

    #[test]
    fn what_dos_and_old_macs_wrote_is_read() {
        let dos = b"Die K\x81ndigungsfrist betr\x84gt drei Monate. Gr\x94\xe1ere M\x84ngel, \x9aberall.";
        assert_eq!(decode(dos, None), "Die Kündigungsfrist beträgt drei Monate. Größere Mängel, Überall.");
        let mac = b"L'\x8et\x8e dernier, l'\x8ecole a re\x8du une \x8el\x8fve tr\x8fs motiv\x8ee.";
        assert_eq!(decode(mac, None), "L'été dernier, l'école a reçu une élève très motivée.");
        let polish = b"Za\xbe\xa2\x88\x86 g\xa9\x98l\xa5 ja\xab\xe4. \x8dr\xa2d\x88o: \x88\xa2d\xab.";
        assert_eq!(decode(polish, None), "Zażółć gęślą jaźń. Źródło: łódź.");
    }

    #[test]
    fn what_makes_sense_as_it_is_stays() {
        for text in
            ["Äpfel, Öl und Straße – „gut“.", "McÉtienne’s café", "Die GmbH & Co. KG zahlt 5 € je m²."]
        {
            let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
            assert_eq!(or_older(&bytes, Cow::Borrowed(text)), text);
        }
    }
}
