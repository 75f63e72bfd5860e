//! Public price feeds over HTTP.
//!
//! Prices stay text from the feed to the [`Rate`]: no float in between. Places past the twelfth are cut off.

use pepay_core::money::{RATE_DECIMALS, Rate};
use pepay_core::time::Millis;
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Answer, Asking, Error, PriceSource};

/// Spot prices of Coinbase.
#[derive(Clone, Debug)]
pub struct Coinbase {
    client: Client,
    base: Url,
}

impl Coinbase {
    /// Asks at `base` (publicly `https://api.coinbase.com`) with a client made by [`super::http_client`].
    pub const fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }
}

#[derive(Deserialize)]
struct CoinbaseSpot {
    data: CoinbasePrice,
}

#[derive(Deserialize)]
struct CoinbasePrice {
    amount: String,
    currency: String,
}

impl PriceSource for Coinbase {
    fn name(&self) -> &'static str {
        "coinbase"
    }

    fn price<'a>(&'a self, symbol: &'a str, now: Millis) -> Asking<'a> {
        Box::pin(async move {
            let url = self.base.join(&format!("v2/prices/{symbol}-USD/spot")).ok();
            let spot: CoinbaseSpot = get(self.name(), &self.client, url, symbol).await?;
            if spot.data.currency != "USD" {
                return Err(failed(self.name(), "the price is not in USD"));
            }
            Ok(Answer { source: self.name(), rate: rate(self.name(), &spot.data.amount)?, at: now })
        })
    }
}

/// Last trades of Kraken.
#[derive(Clone, Debug)]
pub struct Kraken {
    client: Client,
    base: Url,
}

impl Kraken {
    /// Asks at `base` (publicly `https://api.kraken.com`) with a client made by [`super::http_client`].
    pub const fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }
}

#[derive(Deserialize)]
struct KrakenTicker {
    error: Vec<String>,
    #[serde(default)]
    result: std::collections::BTreeMap<String, KrakenPair>,
}

#[derive(Deserialize)]
struct KrakenPair {
    /// Price and volume of the last trade.
    c: Vec<String>,
}

impl PriceSource for Kraken {
    fn name(&self) -> &'static str {
        "kraken"
    }

    fn price<'a>(&'a self, symbol: &'a str, now: Millis) -> Asking<'a> {
        Box::pin(async move {
            let url = self.base.join(&format!("0/public/Ticker?pair={symbol}USD")).ok();
            let ticker: KrakenTicker = get(self.name(), &self.client, url, symbol).await?;
            if ticker.error.iter().any(|error| error.contains("Unknown asset pair")) {
                return Err(unknown(self.name(), symbol));
            }
            if let Some(error) = ticker.error.first() {
                return Err(failed(self.name(), error));
            }
            // The feed answers under its own name of the pair.
            let last = ticker.result.into_values().next().and_then(|pair| pair.c.into_iter().next());
            let last = last.ok_or_else(|| failed(self.name(), "there was no last trade"))?;
            Ok(Answer { source: self.name(), rate: rate(self.name(), &last)?, at: now })
        })
    }
}

fn failed(source_name: &'static str, reason: &str) -> Error {
    Error::Failed { source_name, reason: reason.to_owned() }
}

fn unknown(source_name: &'static str, symbol: &str) -> Error {
    Error::Unknown { source_name, symbol: symbol.to_owned() }
}

/// Reads one JSON answer. Tickers are letters and digits: anything else could change the url, and is no ticker.
async fn get<T: DeserializeOwned>(
    source_name: &'static str,
    client: &Client,
    url: Option<Url>,
    symbol: &str,
) -> Result<T, Error> {
    if symbol.is_empty() || !symbol.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(unknown(source_name, symbol));
    }
    let url = url.ok_or_else(|| failed(source_name, "its url is broken"))?;
    let response =
        client.get(url).send().await.map_err(|error| failed(source_name, &error.without_url().to_string()))?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(unknown(source_name, symbol)),
        status => return Err(failed(source_name, &format!("HTTP {}", status.as_u16()))),
    }
    response.json().await.map_err(|_| failed(source_name, "the answer has another form than expected"))
}

fn rate(source_name: &'static str, text: &str) -> Result<Rate, Error> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept = fraction.get(..fraction.len().min(usize::from(RATE_DECIMALS))).unwrap_or_default();
    Rate::parse(&format!("{whole}.{kept}")).map_err(|error| failed(source_name, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::price::http_client;

    const NOW: Millis = Millis(5);

    /// Answers one request with `status` and `body`, and hands back the path that was asked for.
    async fn serve_once(status: u16, body: &'static str) -> (Url, tokio::sync::oneshot::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (tell, told) = tokio::sync::oneshot::channel();
        #[expect(clippy::disallowed_methods, reason = "a test's server ends with the test")]
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let read = socket.read(&mut request).await.unwrap();
            let head = String::from_utf8_lossy(&request[..read]).into_owned();
            let length = body.len();
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            socket.write_all(answer.as_bytes()).await.unwrap();
            let _ = tell.send(head.split(' ').nth(1).unwrap_or_default().to_owned());
        });
        (url, told)
    }

    fn client() -> Client {
        http_client(std::time::Duration::from_secs(5)).unwrap()
    }

    #[tokio::test]
    async fn coinbase_is_read() {
        let body = r#"{"data":{"amount":"2501.1234567890123456","base":"ETH","currency":"USD"}}"#;
        let (url, asked) = serve_once(200, body).await;
        let answer = Coinbase::new(client(), url).price("ETH", NOW).await.unwrap();
        assert_eq!((answer.rate.decimal().as_str(), answer.at), ("2501.123456789012", NOW));
        assert_eq!(asked.await.unwrap(), "/v2/prices/ETH-USD/spot");
    }

    #[tokio::test]
    async fn kraken_is_read() {
        let body = r#"{"error":[],"result":{"XETHZUSD":{"a":["1","1","1"],"c":["2500.50000","0.1"],"v":["1","2"]}}}"#;
        let (url, asked) = serve_once(200, body).await;
        let answer = Kraken::new(client(), url).price("ETH", NOW).await.unwrap();
        assert_eq!(answer.rate.decimal(), "2500.500000");
        assert_eq!(asked.await.unwrap(), "/0/public/Ticker?pair=ETHUSD");
    }

    #[tokio::test]
    async fn what_is_no_price_is_an_error() {
        let (url, _) = serve_once(200, r#"{"error":["EQuery:Unknown asset pair"]}"#).await;
        assert!(matches!(Kraken::new(client(), url).price("XYZ", NOW).await, Err(Error::Unknown { .. })));
        let (url, _) = serve_once(404, "{}").await;
        assert!(matches!(Coinbase::new(client(), url).price("XYZ", NOW).await, Err(Error::Unknown { .. })));
        for (status, body) in [
            (500, "{}"),
            (200, "no json"),
            (200, r#"{"data":{"amount":"0","currency":"USD"}}"#),
            (200, r#"{"data":{"amount":"-1","currency":"USD"}}"#),
            (200, r#"{"data":{"amount":"1","currency":"EUR"}}"#),
        ] {
            let (url, _) = serve_once(status, body).await;
            let error = Coinbase::new(client(), url).price("ETH", NOW).await.unwrap_err();
            assert!(matches!(error, Error::Failed { .. }), "{status} {body}: {error}");
        }
        let nowhere = "http://127.0.0.1:1/".parse().unwrap();
        let error = Coinbase::new(client(), nowhere).price("ET/H", NOW).await.unwrap_err();
        assert!(matches!(error, Error::Unknown { .. }), "{error}");
    }
}
