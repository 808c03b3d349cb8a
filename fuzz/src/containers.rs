//! The engine cannot guess the checksum of a zip archive or the chains of a compound file, so most of what it writes goes
//! into a sound one.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

/// What parts the parts of an archive in the engine's bytes: no UTF-8 has it.
const BETWEEN_PARTS: u8 = 0xff;

/// A zip archive of these parts, from what stands between the marks in `bytes`, in this order. A part that is not there
/// is empty.
pub fn archive(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 2048)));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut parts = bytes.split(|&byte| byte == BETWEEN_PARTS);
    for name in names {
        let part = parts.next().unwrap_or_default();
        writer.start_file(*name, stored).and_then(|()| Ok(writer.write_all(part)?)).expect("memory takes everything");
    }
    writer.finish().expect("memory takes everything").into_inner()
}

/// A compound file with one stream, `Workbook`.
pub fn compound(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xffff_fffe;
    const FREE: u32 = 0xffff_ffff;
    const TABLE: u32 = 0xffff_fffd;
    // A shorter stream would lie in the mini stream.
    let length = stream.len().max(4096);
    let sectors = length.div_ceil(SECTOR);
    // The directory is sector 0, then the stream, then the tables, each of which is for 128 sectors, itself included.
    let tables = (1..).find(|tables| tables * 128 > sectors + tables).expect("some number is enough");
    let first_table = 1 + sectors;
    let number = |index: usize| u32::try_from(index).expect("the engine's inputs are small");
    let mut file = vec![0; SECTOR];
    let put = |file: &mut [u8], at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(&mut file, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    put(&mut file, 24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(&mut file, 44, &number(tables).to_le_bytes());
    put(&mut file, 56, &4096_u32.to_le_bytes());
    put(&mut file, 60, &END.to_le_bytes());
    put(&mut file, 68, &END.to_le_bytes());
    for slot in 0..109 {
        let sector = if slot < tables { number(first_table + slot) } else { FREE };
        put(&mut file, 76 + 4 * slot, &sector.to_le_bytes());
    }
    let mut directory = vec![0; SECTOR];
    for (at, name, kind, start, size) in [(0, "Root Entry", 5_u8, END, 0), (128, "Workbook", 2, 1, number(length))] {
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(&mut directory, at, &utf16);
        put(&mut directory, at + 64, &[u8::try_from(utf16.len() + 2).expect("a short name"), 0, kind]);
        put(&mut directory, at + 68, &[0xff; 12]);
        put(&mut directory, at + 116, &start.to_le_bytes());
        put(&mut directory, at + 120, &size.to_le_bytes());
    }
    file.extend(directory);
    file.extend(stream);
    file.resize(SECTOR * (1 + first_table), 0);
    let chain = (0..tables * 128).map(|sector| match sector {
        0 => END,
        _ if sector < sectors => number(sector + 1),
        _ if sector == sectors => END,
        _ if sector < first_table + tables => TABLE,
        _ => FREE,
    });
    file.extend(chain.flat_map(u32::to_le_bytes));
    file
}
