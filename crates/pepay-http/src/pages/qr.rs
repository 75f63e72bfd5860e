//! QR codes as SVG images in `data:` URIs, which the page's policy admits without another request.
//!
//! Refuses text that fits no QR code.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, as ISO/IEC 18004 asks for.
const QUIET_ZONE: usize = 4;

/// The code of `text` as an image URI; `None` when it is too long for any.
pub(crate) fn data_uri(text: &str) -> Option<String> {
    let svg = svg(text)?;
    let mut out = String::with_capacity(svg.len() + svg.len() / 8);
    out.push_str("data:image/svg+xml,");
    for letter in svg.chars() {
        match letter {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '#' => out.push_str("%23"),
            '%' => out.push_str("%25"),
            ' ' => out.push_str("%20"),
            _ => out.push(letter),
        }
    }
    Some(out)
}

fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(PartialEq::eq) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET_ZONE, row + QUIET_ZONE, run.len());
                write!(path, "M{x} {y}h{length}v1h-{length}z").expect("a string takes all that is written");
            }
            column += run.len();
        }
    }
    Some(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}' shape-rendering='crispEdges'>\
         <path fill='#fff' d='M0 0h{side}v{side}H0z'/><path d='{path}'/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once() {
        let text = "ethereum:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359@8453/transfer?address=\
                    0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=49990000";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        let drawn = svg(text).unwrap();
        let runs = drawn.split('h').skip(1).filter_map(|part| part.split_once("v1")).map(|(run, _)| run);
        assert_eq!(runs.filter_map(|run| run.parse::<usize>().ok()).filter(|run| *run < 100).sum::<usize>(), dark);
    }

    #[test]
    fn the_image_uri_holds_no_delimiters() {
        let uri = data_uri("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap();
        assert!(uri.starts_with("data:image/svg+xml,%3Csvg"));
        assert!(!uri.contains(['<', '>', '#', '"', ' ']));
        assert_eq!(data_uri(&"x".repeat(5000)), None);
    }
}
