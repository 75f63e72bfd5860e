//! A merchant's colour as a style sheet.
//!
//! The colour is the merchant's, its legibility is ours: it is darkened for light pages and lightened for dark ones
//! until text in it, and text on it, can be read by everybody (WCAG 2, contrast 4.5). Refuses nothing: every colour
//! has such a neighbour.

use pepay_core::branding::Color;

type Rgb = [f64; 3];

const WHITE: Rgb = [1.0, 1.0, 1.0];
const BLACK: Rgb = [0.0, 0.0, 0.0];
/// Backgrounds that text in the colour must stand out from, as in `checkout.css` and `dark.css`.
const LIGHT_WASH: Rgb = [0.945, 0.957, 0.976];
const DARK_WASH: Rgb = [0.106, 0.137, 0.188];
const DARK_CARD: Rgb = [0.078, 0.102, 0.141];
/// The least contrast of text.
const LEGIBLE: f64 = 4.6;
/// How far a colour moves in one step.
const STEP: f64 = 0.04;

/// The file name of a colour's sheet.
pub(crate) fn file_name(color: Color) -> String {
    format!("accent-{}.css", &color.to_string()[1..])
}

/// The colour a file name names.
pub(crate) fn color_of(name: &str) -> Option<Color> {
    let hex = name.strip_prefix("accent-")?.strip_suffix(".css")?;
    // One name per colour, so that caches hold it once.
    Color::parse(&format!("#{hex}")).filter(|color| file_name(*color) == name)
}

/// The style sheet of a colour, for both themes.
pub(crate) fn sheet(color: Color) -> String {
    let rgb = color.0.map(|byte| f64::from(byte) / 255.0);
    let light = legible(rgb, LIGHT_WASH, BLACK);
    let dark = legible(rgb, DARK_WASH, WHITE);
    let light = variables(light, mixed(light, WHITE, 0.9));
    let dark = variables(dark, mixed(dark, DARK_CARD, 0.82));
    format!(
        ":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme='light']){{{dark}}}}}\n\
         :root[data-theme='dark']{{{dark}}}\n"
    )
}

fn variables(accent: Rgb, wash: Rgb) -> String {
    let ink = if contrast(accent, WHITE) >= contrast(accent, BLACK) { WHITE } else { BLACK };
    format!("--accent:{};--accent-ink:{};--accent-wash:{}", css(accent), css(ink), css(wash))
}

fn css(rgb: Rgb) -> String {
    let percent = rgb.map(|part| format!("{:.1}%", part * 100.0));
    format!("rgb({})", percent.join(" "))
}

fn legible(mut rgb: Rgb, background: Rgb, towards: Rgb) -> Rgb {
    let mut steps = 0;
    while contrast(rgb, background) < LEGIBLE && steps < 100 {
        rgb = mixed(rgb, towards, STEP);
        steps += 1;
    }
    rgb
}

fn mixed(from: Rgb, to: Rgb, share: f64) -> Rgb {
    [0, 1, 2].map(|part| from[part] + (to[part] - from[part]) * share)
}

fn contrast(one: Rgb, two: Rgb) -> f64 {
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] =
        rgb.map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_in_both_themes() {
        for byte in [0, 40, 128, 200, 255] {
            for color in [[byte, 0, 0], [byte, 255, byte], [255, byte, 0], [byte; 3], [0, byte, 255]] {
                let rgb = color.map(|byte| f64::from(byte) / 255.0);
                for (background, towards) in [(LIGHT_WASH, BLACK), (DARK_WASH, WHITE)] {
                    let made = legible(rgb, background, towards);
                    assert!(contrast(made, background) >= 4.5, "{color:?}");
                    assert!(contrast(made, WHITE).max(contrast(made, BLACK)) >= 4.5, "{color:?}");
                }
            }
        }
    }

    #[test]
    fn a_legible_colour_is_left_alone_and_a_name_names_one() {
        assert!(sheet(Color([0x1c, 0x4e, 0xd8])).starts_with(":root{--accent:rgb(11.0% 30.6% 84.7%);"));
        assert_eq!(color_of("accent-1c4ed8.css"), Some(Color([0x1c, 0x4e, 0xd8])));
        for bad in ["accent-1C4ED8.css", "accent-1c4ed.css", "accent-.css", "checkout.css", "accent-1c4ed8"] {
            assert_eq!(color_of(bad), None, "{bad}");
        }
    }
}
