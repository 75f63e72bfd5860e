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
        // Each row is a dashed line one module thick: `h` draws dark runs, `m` skips light ones.
        write!(path, "M{QUIET_ZONE} {}.5", row + QUIET_ZONE).expect("a string takes all that is written");
        for run in modules.chunk_by(PartialEq::eq) {
            let step = if run.first() == Some(&Color::Dark) { "h" } else { "m" };
            let fall = if step == "m" { " 0" } else { "" };
            write!(path, "{step}{}{fall}", run.len()).expect("a string takes all that is written");
        }
    }
    Some(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}' shape-rendering='crispEdges'>\
         <path fill='#fff' d='M0 0h{side}v{side}H0z'/><path stroke='#000' d='{path}'/></svg>"
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
        let svg = svg(text).unwrap();
        let (_, drawn) = svg.split_once("stroke='#000'").unwrap();
        let run = |part: &str| part.split(|letter: char| !letter.is_ascii_digit()).next().unwrap().parse::<usize>();
        assert_eq!(drawn.split('h').skip(1).map(|part| run(part).unwrap()).sum::<usize>(), dark);
    }

    #[test]
    fn the_image_uri_holds_no_delimiters() {
        let uri = data_uri("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap();
        assert!(uri.starts_with("data:image/svg+xml,%3Csvg"));
        assert!(!uri.contains(['<', '>', '#', '"', ' ']));
        assert_eq!(data_uri(&"x".repeat(5000)), None);
    }
}
