// Generated from openapi/openapi.json by `npm run generate`; do not edit.

export interface paths {
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the login of a refresh token; its access tokens stop working at once */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the next tokens; the refresh token works once, and a second use ends the login */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events, newest first
         * @description With `ending_before` the page is the one next to that event, so that a reader who was away walks forward through
         *     everything it missed. Ids are in commit order: no event appears before one that was listed.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an event */
        get: operations["get_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoice/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how the latest verification is doing */
        get: operations["get_verification"];
        put?: never;
        /**
         * Have the chain looked at again
         * @description Gives the verification still running when there is one.
         */
        post: operations["request_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List invoices, newest first */
        get: operations["list_invoices"];
        put?: never;
        /**
         * Create an invoice
         * @description The payor chooses network and token later: send it to `payment_url`, or embed checkout with the session headers.
         */
        post: operations["create_invoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/customer/{customerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the invoices of a customer, newest first */
        get: operations["list_customer_invoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/totals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sum invoices by status */
        get: operations["invoice_totals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/{invoiceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an invoice */
        get: operations["get_invoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/{invoiceId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an unpaid invoice
         * @description Only while nothing was seen on chain; `INVOICE_NOT_CANCELABLE` otherwise. Takes no body.
         */
        post: operations["cancel_invoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/{invoiceId}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain why an invoice is, or is not, paid
         * @description Every transfer seen on its addresses on any watched network, the rule that counted or refused each, the tolerance
         *     arithmetic, the confirmations left, and what each network's watcher has read up to.
         */
        get: operations["explain_invoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/{invoiceId}/payments/{paymentId}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept a payment that came late or in another token */
        post: operations["accept_payment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invoices/{invoiceId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an invoice with its latest payment */
        get: operations["invoice_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the merchant's API keys in the environment its dashboard works in */
        get: operations["list_api_keys"];
        put?: never;
        /** Make an API key; its secret is shown once. Repeating the request makes another key */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key for good */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/return-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the secret that returns from the checkout are signed with
         * @description It never changes. A key that may only read is refused: whoever has the secret can make up a return.
         */
        get: operations["get_return_secret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/settlement-preference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the merchant accepts and settles in */
        get: operations["settlement_preference"];
        /** Choose what payors may pay in */
        put: operations["set_settlement_preference"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/settlement-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Choose the token everything settles in */
        put: operations["set_settlement_token"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List every token, with what is blocked */
        get: operations["list_tokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/tokens/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search tokens */
        get: operations["search_tokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/tokens/{tokenId}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Block a token, or allow it again */
        post: operations["block_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the merchant's wallets by network */
        get: operations["list_wallets"];
        put?: never;
        /** Add a wallet; activate it to have money go there */
        post: operations["add_wallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/wallets/{walletId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a wallet that is not active */
        delete: operations["delete_wallet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/merchant/wallets/{walletId}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Settle to this wallet from now on */
        put: operations["activate_wallet"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/available-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tokens to choose from */
        get: operations["available_tokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/customer-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask where the receipt goes */
        get: operations["get_customer_email"];
        put?: never;
        /** Say where the receipt goes */
        post: operations["set_customer_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/invoice-questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what the merchant asks */
        get: operations["get_questions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/payment-addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an address and a price for one token
         * @description Asking again gives a fresh price. Every address ever given for the invoice stays watched.
         */
        post: operations["create_payment_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/payment-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether it is paid */
        get: operations["payment_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/session-details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what is to be paid, by when */
        get: operations["session_details"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payments/submit-form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer the merchant's questions */
        post: operations["submit_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/environment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Choose the environment the dashboard works in */
        put: operations["set_environment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/mainnet-access/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open mainnet with the key the operator issued */
        post: operations["activate_mainnet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/user/mainnet-access/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether mainnet is open */
        get: operations["mainnet_access"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Create a webhook endpoint
         * @description It is told of every event from now on. The secret is shown in this answer and never again.
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook delivery with its attempts */
        get: operations["get_webhook_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/deliveries/{deliveryId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a webhook delivery again
         * @description Also one that succeeded. Takes no body.
         */
        post: operations["replay_webhook_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook endpoint */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description What waits for it is called off. Takes no body.
         */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /** Change a webhook endpoint, turn it off, or on again */
        patch: operations["update_webhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deliveries of a webhook endpoint */
        get: operations["list_webhook_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhookId}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook endpoint what it missed
         * @description Every event since then that it wants and did not take: what was given up, and what it was never sent. Deliveries
         *     follow in the background.
         */
        post: operations["recover_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook endpoint a new secret
         * @description While the overlap lasts, deliveries carry the signatures of both. The new secret is shown in this answer and never
         *     again.
         */
        post: operations["rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhookId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to a webhook endpoint
         * @description A `test.ping` goes to this endpoint alone, whatever it subscribed to. Follow the delivery to see what came of it.
         *     Takes no body.
         */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a token for the merchant stream
         * @description Sockets opened with it end with it, and with the key it was made with.
         */
        post: operations["create_stream_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Which tokens a merchant accepts, in one word.
         * @enum {string}
         */
        AcceptancePolicy: "accept_all" | "accept_none" | "selective";
        /** @description Request: open mainnet with the key the operator issued. */
        ActivateMainnet: {
            /** @description The key. */
            access_key: string;
        };
        /** @description Request: add a wallet. */
        AddWallet: {
            /** @description The address there. */
            address: string;
            /**
             * @description The network.
             * @example base
             */
            network: string;
        };
        /**
         * @description Whether a token can be paid with now.
         * @enum {string}
         */
        Availability: "DEVNET" | "AVAILABLE" | "STALE" | "NO_LIQUIDITY" | "QUOTE_REQUIRED";
        /** @description Request: block a token or allow it again. */
        BlockToken: {
            /** @description Whether payors may no longer choose it. */
            blocked: boolean;
        };
        /** @description Answer: whether the token is blocked now. */
        Blocked: {
            /** @description Whether payors may no longer choose it. */
            blocked: boolean;
            /** @description Always `true`. */
            success: boolean;
        };
        /**
         * @description How to check that a payor's return from the checkout is genuine.
         *
         *     The return address gets `invoice_id`, `status`, `ts` and `sig`; `sig` is the lower-case hex HMAC-SHA256 of
         *     `<invoice_id>.<status>.<ts>`, keyed with the bytes of `secret` exactly as it is shown.
         */
        CheckoutReturn: {
            /**
             * @description Always `return_secret`.
             * @example return_secret
             */
            object: string;
            /**
             * @description The secret, of this merchant in this environment. Keep it on the server.
             * @example rs_test_5f0c…
             */
            secret: string;
        };
        /**
         * @description A machine-readable error code; see the error reference.
         * @enum {string}
         */
        Code: "VALIDATION_ERROR" | "INVALID_JSON" | "INVALID_AMOUNT_FORMAT" | "INVALID_AMOUNT_RANGE" | "METADATA_TOO_LARGE" | "INVALID_EXPIRATION_FORMAT" | "INVALID_EXPIRATION_RANGE" | "INVALID_CURSOR" | "INVALID_LIMIT" | "INVALID_EXPAND" | "NETWORK_NOT_SUPPORTED" | "NETWORK_NOT_ENABLED" | "TOKEN_NOT_SUPPORTED" | "WEBHOOK_URL_NOT_ALLOWED" | "INVOICE_ALREADY_PAID" | "INVOICE_CANCELED" | "CREDENTIAL_REQUIRED" | "API_KEY_INVALID" | "TOKEN_INVALID" | "SIGN_IN_REFUSED" | "CODE_REQUIRED" | "REFRESH_TOKEN_INVALID" | "SESSION_INVALID" | "INVALID_SIGNATURE" | "CREDENTIAL_KIND_NOT_ALLOWED" | "INSUFFICIENT_PERMISSION" | "INSUFFICIENT_ROLE" | "SIGN_UP_CLOSED" | "API_KEY_REVOKED" | "API_KEY_EXPIRED" | "API_KEY_SUSPENDED" | "ENVIRONMENT_NOT_ENABLED" | "ACCESS_KEY_INVALID" | "NOT_FOUND" | "INVOICE_NOT_FOUND" | "MERCHANT_NOT_FOUND" | "TOKEN_NOT_FOUND" | "KEY_NOT_FOUND" | "WALLET_NOT_FOUND" | "PAYMENT_NOT_FOUND" | "EVENT_NOT_FOUND" | "VERIFICATION_NOT_FOUND" | "WEBHOOK_NOT_FOUND" | "WEBHOOK_DELIVERY_NOT_FOUND" | "SESSION_NOT_FOUND" | "SESSION_EXPIRED" | "METHOD_NOT_ALLOWED" | "REQUEST_TIMEOUT" | "IDEMPOTENCY_KEY_REUSED" | "IDEMPOTENCY_IN_PROGRESS" | "WEBHOOK_DISABLED" | "WEBHOOK_LIMIT_REACHED" | "INVOICE_NOT_CANCELABLE" | "PAYMENT_NOT_ACCEPTABLE" | "WALLET_IN_USE" | "WALLET_EXISTS" | "INVOICE_EXPIRED" | "BODY_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "RATE_LIMIT_EXCEEDED" | "INTERNAL_SERVER_ERROR" | "SERVICE_UNAVAILABLE";
        /** @description The body of a request to create an invoice. */
        CreateInvoice: {
            /**
             * Format: double
             * @description US dollars, at most two decimals.
             * @example 49.99
             */
            amount_usd: number;
            /**
             * Format: email
             * @description Where the receipt goes.
             */
            customer_email?: string | null;
            /** @description The merchant's own id of the customer. */
            customer_id?: string | null;
            /** @description Free text for the payor. */
            description?: string | null;
            /**
             * Format: int64
             * @description How long the invoice lives, in milliseconds; 12 h when absent.
             * @default 43200000
             */
            expires_in?: number | null;
            /** @description Foot of the checkout; the merchant's company name when absent. */
            invoice_footer?: string | null;
            /** @description Heading of the checkout; the merchant's company name when absent. */
            invoice_title?: string | null;
            /** @description Anything the merchant wants back; at most 512 bytes serialised. */
            metadata?: Record<string, unknown> | null;
            /**
             * Format: uri
             * @description Where the checkout leads back to; https.
             */
            payment_return_url?: string | null;
            /** @description Whether it does. When absent: true where a URL is given, else what the company's settings say. */
            payment_return_url_enabled?: boolean | null;
            questions?: components["schemas"]["QuestionsBody"] | null;
            /** @description Where to, on the settlement token's network; required when enabled. */
            receiver_override_address?: string | null;
            /** @description Whether this invoice settles to `receiver_override_address`. */
            receiver_override_enable?: boolean | null;
        };
        /** @description Request: make a key in the environment the dashboard works in. */
        CreateKey: {
            /**
             * Format: int64
             * @description When it stops working by itself, in epoch seconds; null for never.
             */
            expires_at?: number | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description `read_write` (the default) or `read_only`. */
            permission?: string | null;
        };
        /** @description The body of a request to create an endpoint. */
        CreateWebhook: {
            /** @description What you call it. */
            description?: string | null;
            /** @description Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20. */
            enabled_events?: string[] | null;
            /** @description `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own. */
            environment?: string | null;
            /**
             * Format: uri
             * @description Where to; https unless the operator allows http.
             * @example https://shop.example/pepay
             */
            url: string;
        };
        /** @description The answer to a created invoice: where to send the payor, and the credentials of embedded checkout. */
        CreatedInvoice: {
            /**
             * Format: int64
             * @description When the invoice ends, in epoch seconds.
             */
            expires_at: number;
            /**
             * Format: uuid
             * @description The new invoice.
             */
            invoice_id: string;
            /** @description Both as the headers of every payor call. */
            payment_session_headers: components["schemas"]["SessionHeaders"];
            /** @description The hosted checkout of this invoice. */
            payment_url: string;
            /** @description `pst_…`, for `x-session-token`. */
            session_token: string;
            /** @description For `x-signature`. */
            signature: string;
        };
        /** @description A key just made. */
        CreatedKey: components["schemas"]["KeyInfo"] & {
            /** @description Its secret, shown this once. */
            api_key: string;
        };
        /** @description Where the receipt goes. */
        CustomerEmail: {
            /** @description The address. */
            email?: string | null;
            /** @description Whether there is one. */
            has_email: boolean;
        };
        /** @description Answer: the address was kept. */
        CustomerEmailSet: {
            /** @description The address. */
            email: string;
            /** @description What was done. */
            message: string;
            /** @description Always `true`. */
            success: boolean;
        };
        /**
         * @description US dollars with exactly three decimals
         * @example 49.990
         */
        Decimal: string;
        /** @description One fault among several. */
        Detail: {
            /** @description Its code. */
            code: components["schemas"]["Code"];
            /** @description A sentence for the caller's developer. */
            message: string;
            /** @description JSON pointer of the field at fault. */
            param?: string | null;
        };
        /** @description Answer: done, and what was done. */
        Done: {
            /** @description What was done. */
            message: string;
            /** @description Always `true`. */
            success: boolean;
        };
        /**
         * @description Where money is real and where it is not.
         * @enum {string}
         */
        Environment: "devnet" | "mainnet";
        /** @description What went wrong. */
        ErrorBody: {
            /** @description Machine-readable code; match on this, not on the message. */
            code: components["schemas"]["Code"];
            /** @description Every fault, when there is more than one. */
            details?: components["schemas"]["Detail"][];
            /** @description Where the code is explained. */
            doc_url?: string | null;
            /** @description A sentence for the caller's developer. */
            message: string;
            /** @description JSON pointer of the field at fault. */
            param?: string | null;
            /** @description The id of the request; quote it when reporting a problem. */
            request_id?: string | null;
        };
        /** @description The error envelope. */
        ErrorEnvelope: {
            /** @description What went wrong. */
            error: components["schemas"]["ErrorBody"];
            /** @description Always `false`. */
            success: boolean;
        };
        /** @description One event. */
        Event: {
            /**
             * @description The version of the object in it.
             * @example 2025-12-16
             */
            api_version: string;
            /**
             * Format: int64
             * @description When, in epoch seconds.
             */
            created: number;
            /** @description The object, and what of it changed. */
            data: components["schemas"]["EventData"];
            /**
             * @description `evt_<epoch ms>-<sequence>`; ids sort by commit order.
             * @example evt_1766322000123-42
             */
            id: string;
            /** @description Whether the money is real. */
            livemode: boolean;
            /**
             * @description Always `event`.
             * @example event
             */
            object: string;
            /**
             * Format: int32
             * @description Webhook deliveries still to be made.
             */
            pending_webhooks: number;
            /** @description The request that caused it. */
            request: components["schemas"]["EventRequest"];
            /** @description What happened, such as `invoice.created`. */
            type: string;
        };
        /** @description The object of an event, and what of it changed. */
        EventData: {
            /** @description The object as it was after the event. */
            object: Record<string, unknown>;
            /** @description The former values of the top-level fields that changed. */
            previous_attributes: Record<string, unknown>;
        };
        /** @description The request that caused an event; both null when none did. */
        EventRequest: {
            /** @description Its id. */
            id?: string | null;
            /** @description Its idempotency key. */
            idempotency_key?: string | null;
        };
        /**
         * @description What stands out about an invoice.
         * @enum {string}
         */
        Exception: "paid_partial" | "paid_over" | "paid_late" | "reverted";
        /** @description An address handed out. */
        ExplainedAddress: {
            /** @description The address. */
            address: string;
            /** @description Whether the chain's own coin is looked for there. */
            native: boolean;
            /**
             * @description The network it was handed out for.
             * @example base
             */
            network: string;
            /** @description Who it pays to. */
            receiver: string;
        };
        /** @description What was asked, what came, and what is missing, in `usd_millis`. */
        ExplainedAmounts: {
            /**
             * Format: int64
             * @description What is asked.
             */
            amount: number;
            /** @description The same in dollars. */
            amount_decimal: components["schemas"]["Decimal"];
            /**
             * @description Always `usd_millis`.
             * @example usd_millis
             */
            amount_unit: string;
            /**
             * Format: int64
             * @description What is confirmed and counts.
             */
            confirmed: number;
            /** @description The same in dollars. */
            confirmed_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description What of the threshold is still to be confirmed.
             */
            missing: number;
            /** @description The same in dollars. */
            missing_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description What counts once it is deep enough.
             */
            pending: number;
            /** @description The same in dollars. */
            pending_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description What must at least be confirmed: the amount less the tolerance.
             */
            threshold: number;
            /** @description The same in dollars. */
            threshold_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description How much less still counts as paid, in hundredths of a per cent.
             */
            tolerance_bps: number;
        };
        /** @description How far a network was read. */
        ExplainedNetwork: {
            /**
             * Format: int64
             * @description The last block the chain calls final.
             */
            finalized_block?: number | null;
            /**
             * @description The network.
             * @example base
             */
            network: string;
            /**
             * Format: int64
             * @description The last block read; null when none was.
             */
            read_up_to_block?: number | null;
            /**
             * Format: int64
             * @description The time the chain gives that block, in epoch seconds.
             */
            read_up_to_time?: number | null;
            /**
             * Format: int64
             * @description When this installation last read it, in epoch seconds.
             */
            updated_at?: number | null;
        };
        /** @description A price given. */
        ExplainedQuote: {
            /**
             * Format: int64
             * @description What was to be paid, in `usd_millis`.
             */
            amount: number;
            /** @description The same in base units of the token, rounded up. */
            amount_base_units: string;
            /** @description The same in dollars. */
            amount_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description When it was given, in epoch seconds.
             */
            created_at: number;
            /**
             * @description Dollars per token.
             * @example 1.000000
             */
            exchange_rate: string;
            /**
             * @description The network.
             * @example base
             */
            network: string;
            /** @description Where the rate came from. */
            source: string;
            /**
             * Format: int64
             * @description The token's number.
             */
            token_id: number;
            /**
             * Format: int64
             * @description Until when it held, in epoch seconds.
             */
            valid_until: number;
        };
        /** @description One transfer to one of the invoice's addresses. */
        ExplainedTransfer: {
            /**
             * Format: int64
             * @description Its worth in `usd_millis`; null when it has none.
             */
            amount?: number | null;
            /** @description How much, in base units. */
            amount_base_units: string;
            amount_decimal?: components["schemas"]["Decimal"] | null;
            /** @description The contract or mint it moved; null for the chain's own coin. */
            asset_address?: string | null;
            /** @description The hash of that block. */
            block_hash: string;
            /**
             * Format: int64
             * @description The block it was read in.
             */
            block_number: number;
            /**
             * Format: int64
             * @description How many blocks confirm it, its own included.
             */
            confirmations: number;
            /**
             * Format: int64
             * @description How many are missing; null likewise.
             */
            confirmations_left?: number | null;
            /**
             * Format: int64
             * @description When it was first seen, in epoch seconds.
             */
            detected_at: number;
            /** @description The same in a sentence. */
            explanation: string;
            /** @description The explorer page of the transaction. */
            explorer_url?: string | null;
            /** @description The sender, when the chain tells. */
            from?: string | null;
            /**
             * @description The network it was seen on.
             * @example base
             */
            network: string;
            /** @description The payment it became, if any. */
            payment_id?: string | null;
            /**
             * Format: int32
             * @description How many it needs; null when it is no payment or the chain itself must call its block final.
             */
            required_confirmations?: number | null;
            /** @description The rule that decided. */
            rule: components["schemas"]["Rule"];
            /** @description The address it went to. */
            to: string;
            token?: components["schemas"]["PaymentToken"] | null;
            /** @description Its transaction. */
            tx_hash?: string | null;
            /**
             * Format: int64
             * @description When a reorganisation took it away, in epoch seconds.
             */
            withdrawn_at?: number | null;
        };
        /** @description The explanation of one invoice. */
        Explanation: {
            /** @description Every address handed out for it. */
            addresses: components["schemas"]["ExplainedAddress"][];
            /** @description The arithmetic. */
            amounts: components["schemas"]["ExplainedAmounts"];
            /**
             * Format: uuid
             * @description The invoice.
             */
            invoice_id: string;
            /** @description How far each network it can be paid on was read. */
            networks: components["schemas"]["ExplainedNetwork"][];
            /**
             * @description Always `invoice_explanation`.
             * @example invoice_explanation
             */
            object: string;
            /** @description Every price given to its payor, oldest first. */
            quotes: components["schemas"]["ExplainedQuote"][];
            /** @description Whether to ship. */
            safe_to_fulfill: boolean;
            /** @description Where it stands. */
            status: components["schemas"]["InvoiceState"];
            /** @description Why, in a sentence or two. */
            summary: string;
            /** @description Every transfer to one of its addresses, on any watched network, oldest first. */
            transfers: components["schemas"]["ExplainedTransfer"][];
        };
        /** @description One invoice. */
        Invoice: {
            /**
             * Format: int64
             * @description What is asked, in `usd_millis` (1/1000 USD).
             * @example 49990
             */
            amount: number;
            /** @description The same in dollars. */
            amount_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description What came above the amount, in `usd_millis`.
             */
            amount_overpaid: number;
            /** @description The same in dollars. */
            amount_overpaid_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description Confirmed money that counts, in `usd_millis`.
             */
            amount_paid: number;
            /** @description The same in dollars. */
            amount_paid_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description What is still to be paid, in `usd_millis`; zero once paid.
             */
            amount_remaining: number;
            /** @description The same in dollars. */
            amount_remaining_decimal: components["schemas"]["Decimal"];
            /**
             * @description Always `usd_millis`.
             * @example usd_millis
             */
            amount_unit: string;
            /** @description Always null for standard invoices. */
            commerce_order_id?: string | null;
            /**
             * Format: int64
             * @description When it was created, in epoch seconds.
             */
            created_at: number;
            /**
             * @description Always `usd`.
             * @example usd
             */
            currency: string;
            /** @description Where the receipt goes. */
            customer_email?: string | null;
            /** @description The merchant's own id of the customer. */
            customer_id?: string | null;
            /** @description Free text for the payor. */
            description?: string | null;
            /** @description Where it lives. */
            environment: components["schemas"]["Environment"];
            exception?: components["schemas"]["Exception"] | null;
            /**
             * Format: int64
             * @description When it ends, in epoch seconds.
             * @example 1766322000
             */
            expires_at: number;
            /** @description Foot of the checkout. */
            footer?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Always `standard` for now. */
            invoice_type: components["schemas"]["InvoiceType"];
            /**
             * Format: int64
             * @description When its latest payment was first seen, in epoch seconds.
             */
            last_payment_at?: number | null;
            latest_payment?: components["schemas"]["Payment"] | null;
            /**
             * Format: int64
             * @description The merchant it belongs to.
             */
            merchant_id: number;
            /** @description What the merchant attached. */
            metadata: Record<string, unknown>;
            /**
             * @description Always `invoice`.
             * @example invoice
             */
            object: string;
            /**
             * Format: int64
             * @description When it was paid, in epoch seconds.
             */
            paid_at?: number | null;
            /** @description Who paid last, when the chain tells. */
            payer_wallet_address?: string | null;
            /**
             * @description The network of the latest payment, such as `base`.
             * @example base
             */
            payer_wallet_network?: string | null;
            /** @description Where the checkout leads back to; null when that is off. */
            payment_return_url?: string | null;
            /** @description Its payments, newest first, at most `payments_limit`; present when expanded. */
            payments?: components["schemas"]["Payment"][] | null;
            questions?: components["schemas"]["QuestionsBody"] | null;
            /** @description The address this one invoice settles to, when it is not the merchant's wallet. */
            receiver_override_address?: string | null;
            /** @description What the payor answered. */
            responses?: components["schemas"]["Response"][] | null;
            /** @description The one signal to ship on: paid, and the money lies as deep as it must. */
            safe_to_fulfill: boolean;
            /** @description Where it stands. */
            status: components["schemas"]["InvoiceState"];
            /** @description Heading of the checkout. */
            title?: string | null;
        };
        /** @description What the payor is asked. */
        InvoiceQuestions: {
            /** @description Whether anything is asked. */
            has_questions: boolean;
            /** @description The questions; absent when nothing is asked. */
            questions?: components["schemas"]["Question"][] | null;
        };
        /**
         * @description Where an invoice stands.
         * @enum {string}
         */
        InvoiceState: "unpaid" | "underpaid" | "paid" | "expired" | "canceled";
        /** @description An invoice and its latest payment. */
        InvoiceStatus: {
            /** @description The invoice. */
            invoice: components["schemas"]["Invoice"];
            latest_payment?: components["schemas"]["Payment"] | null;
            /**
             * @description Always `invoice_status`.
             * @example invoice_status
             */
            object: string;
        };
        /** @description Sums of invoices by status. */
        InvoiceTotals: {
            /**
             * @description Always `usd_millis`.
             * @example usd_millis
             */
            amount_unit: string;
            /**
             * @description Always `usd`.
             * @example usd
             */
            currency: string;
            /**
             * @description Always `invoice_totals`.
             * @example invoice_totals
             */
            object: string;
            /** @description The sums. */
            totals: components["schemas"]["Totals"];
        };
        /**
         * @description What kind of invoice it is.
         * @enum {string}
         */
        InvoiceType: "standard";
        /** @description One key, without its secret. */
        KeyInfo: {
            /**
             * Format: int64
             * @description When it was made, in epoch seconds.
             */
            created_at: number;
            /**
             * @description The environment it is bound to.
             * @example devnet
             */
            environment: string;
            /**
             * Format: int64
             * @description When it stops working by itself, in epoch seconds.
             */
            expires_at?: number | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            key_id: string;
            /**
             * Format: int64
             * @description When it was last used, in epoch seconds, to the minute.
             */
            last_used_at?: number | null;
            /** @description What its owner calls it. */
            name: string;
            /**
             * @description What it may do: `read_write` or `read_only`.
             * @example read_write
             */
            permission: string;
            /**
             * Format: int64
             * @description When it was revoked, in epoch seconds.
             */
            revoked_at?: number | null;
            /** @description Why it was revoked. */
            revoked_reason?: string | null;
            /**
             * @description Always `merchant`.
             * @example merchant
             */
            scope: string;
            /**
             * @description `active`, `revoked`, `expired` or `suspended`.
             * @example active
             */
            status: string;
        };
        /** @description One page of a list, newest first. */
        List_Invoice: {
            /** @description The objects, newest first. */
            data: {
                /**
                 * Format: int64
                 * @description What is asked, in `usd_millis` (1/1000 USD).
                 * @example 49990
                 */
                amount: number;
                /** @description The same in dollars. */
                amount_decimal: components["schemas"]["Decimal"];
                /**
                 * Format: int64
                 * @description What came above the amount, in `usd_millis`.
                 */
                amount_overpaid: number;
                /** @description The same in dollars. */
                amount_overpaid_decimal: components["schemas"]["Decimal"];
                /**
                 * Format: int64
                 * @description Confirmed money that counts, in `usd_millis`.
                 */
                amount_paid: number;
                /** @description The same in dollars. */
                amount_paid_decimal: components["schemas"]["Decimal"];
                /**
                 * Format: int64
                 * @description What is still to be paid, in `usd_millis`; zero once paid.
                 */
                amount_remaining: number;
                /** @description The same in dollars. */
                amount_remaining_decimal: components["schemas"]["Decimal"];
                /**
                 * @description Always `usd_millis`.
                 * @example usd_millis
                 */
                amount_unit: string;
                /** @description Always null for standard invoices. */
                commerce_order_id?: string | null;
                /**
                 * Format: int64
                 * @description When it was created, in epoch seconds.
                 */
                created_at: number;
                /**
                 * @description Always `usd`.
                 * @example usd
                 */
                currency: string;
                /** @description Where the receipt goes. */
                customer_email?: string | null;
                /** @description The merchant's own id of the customer. */
                customer_id?: string | null;
                /** @description Free text for the payor. */
                description?: string | null;
                /** @description Where it lives. */
                environment: components["schemas"]["Environment"];
                exception?: components["schemas"]["Exception"] | null;
                /**
                 * Format: int64
                 * @description When it ends, in epoch seconds.
                 * @example 1766322000
                 */
                expires_at: number;
                /** @description Foot of the checkout. */
                footer?: string | null;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                /** @description Always `standard` for now. */
                invoice_type: components["schemas"]["InvoiceType"];
                /**
                 * Format: int64
                 * @description When its latest payment was first seen, in epoch seconds.
                 */
                last_payment_at?: number | null;
                latest_payment?: components["schemas"]["Payment"] | null;
                /**
                 * Format: int64
                 * @description The merchant it belongs to.
                 */
                merchant_id: number;
                /** @description What the merchant attached. */
                metadata: Record<string, unknown>;
                /**
                 * @description Always `invoice`.
                 * @example invoice
                 */
                object: string;
                /**
                 * Format: int64
                 * @description When it was paid, in epoch seconds.
                 */
                paid_at?: number | null;
                /** @description Who paid last, when the chain tells. */
                payer_wallet_address?: string | null;
                /**
                 * @description The network of the latest payment, such as `base`.
                 * @example base
                 */
                payer_wallet_network?: string | null;
                /** @description Where the checkout leads back to; null when that is off. */
                payment_return_url?: string | null;
                /** @description Its payments, newest first, at most `payments_limit`; present when expanded. */
                payments?: components["schemas"]["Payment"][] | null;
                questions?: components["schemas"]["QuestionsBody"] | null;
                /** @description The address this one invoice settles to, when it is not the merchant's wallet. */
                receiver_override_address?: string | null;
                /** @description What the payor answered. */
                responses?: components["schemas"]["Response"][] | null;
                /** @description The one signal to ship on: paid, and the money lies as deep as it must. */
                safe_to_fulfill: boolean;
                /** @description Where it stands. */
                status: components["schemas"]["InvoiceState"];
                /** @description Heading of the checkout. */
                title?: string | null;
            }[];
            /** @description Whether there are more in the direction that was asked for. */
            has_more: boolean;
            /**
             * @description Always `list`.
             * @example list
             */
            object: string;
        };
        /** @description One page of a list, newest first. */
        List_Webhook: {
            /** @description The objects, newest first. */
            data: {
                /** @description How it does. */
                breaker: components["schemas"]["WebhookBreaker"];
                /**
                 * Format: int64
                 * @description When it was made, in epoch seconds.
                 */
                created_at: number;
                /** @description What its owner calls it. */
                description?: string | null;
                /**
                 * Format: int64
                 * @description Since when it is told nothing, in epoch seconds.
                 */
                disabled_at?: number | null;
                /**
                 * @description Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
                 * @example failing
                 */
                disabled_reason?: string | null;
                /** @description Whether it is told. */
                enabled: boolean;
                /** @description The types it is told of: names, families such as `invoice.*`, or `*`. */
                enabled_events: string[];
                environment?: components["schemas"]["Environment"] | null;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                /**
                 * @description Always `webhook_endpoint`.
                 * @example webhook_endpoint
                 */
                object: string;
                /**
                 * Format: int64
                 * @description Until when the previous secret signs too, in epoch seconds.
                 */
                previous_secret_expires_at?: number | null;
                /**
                 * Format: int32
                 * @description How often its secret was made: 1 at creation, one more with each rotation.
                 */
                secret_version: number;
                /**
                 * Format: int64
                 * @description When its owner last changed it, or it was disabled, in epoch seconds.
                 */
                updated_at: number;
                /**
                 * @description Where to.
                 * @example https://shop.example/pepay
                 */
                url: string;
            }[];
            /** @description Whether there are more in the direction that was asked for. */
            has_more: boolean;
            /**
             * @description Always `list`.
             * @example list
             */
            object: string;
        };
        /** @description One page of a list, newest first. */
        List_WebhookDelivery: {
            /** @description The objects, newest first. */
            data: {
                /**
                 * Format: int32
                 * @description Attempts made.
                 */
                attempt_count: number;
                /** @description The newest attempts, newest first; only where one delivery is asked for. */
                attempts?: components["schemas"]["WebhookAttempt"][] | null;
                /**
                 * Format: int64
                 * @description When it came to its end, in epoch seconds.
                 */
                completed_at?: number | null;
                /**
                 * Format: int64
                 * @description When it was made, in epoch seconds.
                 */
                created_at: number;
                /** @description Where it happened. */
                environment: components["schemas"]["Environment"];
                /**
                 * @description The event; get it for the body that is sent.
                 * @example evt_1766322000123-42
                 */
                event_id: string;
                /**
                 * @description What happened, such as `invoice.updated`.
                 * @example invoice.updated
                 */
                event_type: string;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                /**
                 * Format: int64
                 * @description When the next attempt begins, in epoch seconds; null when there is none, or one is under way.
                 */
                next_attempt_at?: number | null;
                /**
                 * @description Always `webhook_delivery`.
                 * @example webhook_delivery
                 */
                object: string;
                /** @description Where it stands. */
                status: components["schemas"]["WebhookDeliveryState"];
                /**
                 * Format: uuid
                 * @description The endpoint.
                 */
                webhook_id: string;
            }[];
            /** @description Whether there are more in the direction that was asked for. */
            has_more: boolean;
            /**
             * @description Always `list`.
             * @example list
             */
            object: string;
        };
        /** @description Answer: signed in. */
        LoggedIn: {
            /** @description Goes into `Authorization: Bearer`. */
            access_token: string;
            /**
             * Format: int64
             * @description How long the access token works, in seconds.
             */
            expires_in: number;
            /** @description Gives the next access token, once. */
            refresh_token: string;
            /** @description Always `true`. */
            success: boolean;
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            token_type: string;
            /** @description Who is signed in. */
            user: components["schemas"]["LoginUser"];
        };
        /** @description Request: sign in. */
        Login: {
            /** @description The second factor or a recovery code, where the account has one. */
            code?: string | null;
            /** @description The address. */
            email: string;
            /**
             * Format: int64
             * @description Which company to work for, for who is a member of several; the one joined first when absent.
             */
            merchant_id?: number | null;
            /** @description The password. */
            password: string;
        };
        /** @description A company somebody is a member of. */
        LoginMerchant: {
            /**
             * Format: int64
             * @description Its number.
             */
            merchant_id: number;
            /** @description Its name. */
            name: string;
        };
        /** @description Who is signed in. */
        LoginUser: {
            /** @description Its address. */
            email: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description The merchant it works for.
             */
            merchant_id: number;
            /** @description Every company it is a member of, this one too: what `merchant_id` of the requests may be. */
            merchants: components["schemas"]["LoginMerchant"][];
            /**
             * @description What it is there: `owner`, `developer`, `finance` or `read_only`.
             * @example owner
             */
            role: string;
        };
        /** @description Request: the end of a login. */
        Logout: {
            /** @description The newest refresh token. */
            refresh_token: string;
        };
        /** @description Where a merchant stands with mainnet. */
        MainnetAccess: {
            /** @description The environment its dashboard works in. */
            current_environment: components["schemas"]["Environment"];
            /** @description Whether mainnet is open to it. */
            has_mainnet_access: boolean;
        };
        /** @description The tokens a merchant accepts. */
        MerchantTokens: {
            /** @description Which, in one word. */
            acceptance_policy: components["schemas"]["AcceptancePolicy"];
            /** @description The environment they live in. */
            environment: components["schemas"]["Environment"];
            /** @description The tokens. */
            tokens: components["schemas"]["Token"][];
        };
        /** @description The wallets of one network. */
        NetworkWallets: {
            /**
             * @description The network.
             * @example base
             */
            network: string;
            /** @description Its wallets; at most one is active. */
            wallets: components["schemas"]["Wallet"][];
        };
        /** @description One payment of an invoice: a receipt. */
        Payment: {
            /**
             * Format: int64
             * @description Its worth at its quote, in `usd_millis`, rounded down.
             */
            amount: number;
            /**
             * @description The same in base units.
             * @example 49990000
             */
            amount_base_units: string;
            /** @description The same in dollars. */
            amount_decimal: components["schemas"]["Decimal"];
            /**
             * @description How much of the token, in whole tokens with all its decimals.
             * @example 49.990000
             */
            amount_token: string;
            /**
             * @description Always `usd_millis`.
             * @example usd_millis
             */
            amount_unit: string;
            /** @description The hash of that block. */
            block_hash: string;
            /**
             * Format: int64
             * @description The block it is in.
             */
            block_number: number;
            /**
             * Format: int64
             * @description How many blocks confirm it, its own included; zero once reverted.
             */
            confirmations: number;
            /**
             * Format: int64
             * @description When it was deep enough, in epoch seconds.
             */
            confirmed_at?: number | null;
            /**
             * Format: int64
             * @description When it was recorded, in epoch seconds.
             */
            created_at: number;
            /**
             * Format: int64
             * @description When it was first seen, in epoch seconds.
             */
            detected_at: number;
            /** @description Where money is real and where it is not. */
            environment: components["schemas"]["Environment"];
            /**
             * @description Dollars per token by its quote.
             * @example 1.000000
             */
            exchange_rate: string;
            /** @description The explorer page of the transaction, where an explorer is known. */
            explorer_url?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: uuid
             * @description The invoice it pays.
             */
            invoice_id: string;
            /** @description Whether it arrived after the end of the invoice. */
            late: boolean;
            /**
             * Format: int32
             * @description The index of its log in the block; null for the chain's own coin.
             */
            log_index?: number | null;
            /**
             * Format: int64
             * @description The merchant it belongs to.
             */
            merchant_id: number;
            /**
             * @description The network it was made on.
             * @example base
             */
            network: string;
            /**
             * @description Always `invoice_payment`.
             * @example invoice_payment
             */
            object: string;
            /** @description The sender, when the chain tells. */
            payer_address?: string | null;
            /** @description The address it was made to. */
            payment_address: string;
            /**
             * Format: int32
             * @description How many it needs; null when the chain itself must call its block final.
             */
            required_confirmations?: number | null;
            /** @description Whether a chain reorganisation took it away. */
            reverted: boolean;
            /** @description How far its settlement is. */
            settlement: components["schemas"]["Settlement"];
            /** @description Where its settlement stands. */
            settlement_status: components["schemas"]["SettlementState"];
            /** @description Where it stands. */
            status: components["schemas"]["PaymentState"];
            /** @description The token it was made in. */
            token: components["schemas"]["PaymentToken"];
            /** @description Its transaction; null when a balance grew and no transaction explains it. */
            tx_hash?: string | null;
            /**
             * Format: int64
             * @description When anything about it last changed, in epoch seconds.
             */
            updated_at: number;
        };
        /** @description Where to pay, how much, and where to listen. */
        PaymentAddress: {
            /**
             * @description The same in base units.
             * @example 49990000
             */
            estimated_base_units?: string | null;
            /**
             * @description How much, in whole tokens with all their decimals.
             * @example 49.990000
             */
            estimated_token_amount?: string | null;
            /**
             * @description Dollars per token.
             * @example 1.000000
             */
            exchange_rate?: string | null;
            /** @description The same in a sentence; null when it can. */
            message?: string | null;
            /**
             * @description On which network.
             * @example base
             */
            network: string;
            /**
             * Format: int64
             * @description How long that is.
             */
            quote_expires_in_seconds?: number | null;
            /**
             * Format: int64
             * @description When the price was made, in epoch seconds.
             */
            quote_last_updated_at?: number | null;
            /** @description Whether the price can be relied on. */
            quote_status: components["schemas"]["QuoteStatus"];
            /**
             * Format: int64
             * @description Until when it holds, in epoch seconds.
             */
            quote_valid_until?: number | null;
            /**
             * Format: int64
             * @description How long to wait before that.
             */
            retry_after_seconds?: number | null;
            /** @description Whether asking again may help; null when there is no need. */
            retryable?: boolean | null;
            /** @description Why, or why not. */
            status_code: components["schemas"]["QuoteStatusCode"];
            /** @description Always `true`. */
            success: boolean;
            /**
             * Format: int64
             * @description In which token.
             */
            supported_token_id: number;
            /** @description Where to pay. Every address ever given for the invoice stays watched. */
            temp_address?: string | null;
            /** @description What is to be paid, in dollars. */
            usd_amount: components["schemas"]["Usd"];
            /** @description Where to listen for progress. */
            ws_connection: components["schemas"]["WsConnection"];
        };
        /** @description Request: an address and a price for one token on one network. */
        PaymentAddressRequest: {
            /**
             * @description The network.
             * @example base
             */
            network: string;
            /**
             * Format: int64
             * @description The token's number.
             */
            tokenId: number;
        };
        /**
         * @description Where a payment stands.
         * @enum {string}
         */
        PaymentState: "pending" | "underpaid" | "confirmed" | "manual_retry";
        /** @description Where the invoice stands, in short. */
        PaymentStatus: {
            /**
             * Format: int64
             * @description When it was paid, in epoch seconds.
             */
            paid_at?: number | null;
            /** @description Where it stands. */
            status: components["schemas"]["InvoiceState"];
        };
        /** @description The token a payment was made in. */
        PaymentToken: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Its contract or mint; null for the chain's own coin. */
            token_address?: string | null;
            /**
             * Format: int32
             * @description Decimal places of its base unit.
             */
            token_decimals: number;
            /** @description Its ticker. */
            token_symbol: string;
        };
        /** @description A market price. */
        Price: {
            /**
             * Format: int64
             * @description When it was fetched, in epoch seconds.
             */
            last_updated_at: number;
            /**
             * @description Where it came from: `fixed` or `market`.
             * @example fixed
             */
            provider_type: string;
            /**
             * @description Dollars per token.
             * @example 1.000000
             */
            usd: string;
        };
        /** @description One question. */
        Question: {
            /** @description Its id, unique in its invoice. */
            id: string;
            /** @description The question. */
            question: string;
            /** @description What kind of answer it wants. */
            type: components["schemas"]["QuestionType"];
            /** @description What the answer must satisfy. */
            validation?: components["schemas"]["Validation"];
        };
        /**
         * @description What kind of answer a question wants.
         * @enum {string}
         */
        QuestionType: "text" | "textarea" | "email" | "phone" | "date" | "number" | "boolean";
        /** @description The questions of an invoice, as they are given and shown. */
        QuestionsBody: {
            /** @description At most five. */
            questions: components["schemas"]["Question"][];
        };
        /**
         * @description Whether a price can be relied on.
         * @enum {string}
         */
        QuoteStatus: "available" | "unavailable" | "expired";
        /**
         * @description Why a price can or can not be relied on.
         * @enum {string}
         */
        QuoteStatusCode: "ok" | "quote_unavailable" | "quote_expired" | "settlement_unavailable";
        /** @description The body of 429, which differs from every other error's. */
        RateLimited: {
            /** @description Always `RATE_LIMIT_EXCEEDED`. */
            error_code: components["schemas"]["Code"];
            /** @description A sentence for the caller's developer. */
            message: string;
            /**
             * @description Seconds to wait, as text; the same as the `Retry-After` header.
             * @example 3
             */
            retry_after: string;
            /** @description Always `false`. */
            success: boolean;
        };
        /** @description The body of a request to send past events again. */
        RecoverWebhook: {
            /**
             * @description The last event that arrived (`evt_…`), a date-time (RFC 3339) or epoch seconds: everything after it is sent.
             * @example 2025-12-21T13:00:00Z
             */
            since: string;
        };
        /** @description Request: the next tokens. */
        Refresh: {
            /**
             * Format: int64
             * @description The company to work for from now on; the same as before when absent.
             */
            merchant_id?: number | null;
            /** @description The newest refresh token. */
            refresh_token: string;
        };
        /** @description Request: look again, perhaps on a named network. */
        RequestVerification: {
            /**
             * @description The network; when given it must be the one the invoice is being paid on.
             * @example base
             */
            network?: string | null;
        };
        /** @description One answer. */
        Response: {
            /** @description The question it answers. */
            question_id: string;
            /** @description A string, number or boolean, as the question's type wants. */
            response: Record<string, unknown>;
        };
        /** @description The body of a request for a new secret. */
        RotateWebhookSecret: {
            /**
             * Format: int64
             * @description How long the present secret signs too, in seconds.
             * @default 86400
             */
            overlap_seconds?: number | null;
        };
        /**
         * @description The rule that decided about a transfer.
         * @enum {string}
         */
        Rule: "counted" | "awaiting_confirmations" | "withdrawn" | "late" | "off_lock" | "unpriced" | "wrong_network" | "token_not_quoted" | "token_not_listed";
        /** @description The invoice behind a session, as its payor sees it. */
        SessionDetails: {
            /** @description What is still to be paid, in dollars. */
            amount_remaining_usd: components["schemas"]["Usd"];
            /** @description What is asked, in dollars. */
            amount_usd: components["schemas"]["Usd"];
            /** @description Free text of the merchant. */
            description?: string | null;
            /**
             * Format: int64
             * @description When it ends, in epoch seconds.
             */
            expires_at: number;
            /**
             * Format: uuid
             * @description The invoice.
             */
            invoice_id: string;
            /** @description Where it stands. */
            invoice_status: components["schemas"]["InvoiceState"];
            /**
             * @description The network the rest must be paid on, after a partial payment.
             * @example base
             */
            locked_network?: string | null;
            /** @description The address the rest must be paid to. */
            locked_payment_address?: string | null;
            /**
             * Format: int64
             * @description The token the rest must be paid in.
             */
            locked_token_id?: number | null;
            /** @description How to reach the merchant. */
            merchant_email: string;
            /** @description The merchant. */
            merchant_name: string;
            /** @description Whether the money is real. */
            network_environment: components["schemas"]["Environment"];
            /**
             * Format: int64
             * @description Whole seconds until it ends, at least zero.
             */
            remaining_seconds: number;
            /**
             * Format: int64
             * @description Milliseconds until it ends, at least zero.
             */
            remaining_time: number;
        };
        /** @description The headers of every payor call. */
        SessionHeaders: {
            /** @description The session token. */
            "x-session-token": string;
            /** @description Its signature. */
            "x-signature": string;
        };
        /** @description Request: where the receipt goes. */
        SetCustomerEmail: {
            /**
             * Format: email
             * @description The address.
             */
            email: string;
        };
        /** @description Request: let the dashboard work in another environment. */
        SetEnvironment: {
            /** @description The environment. */
            environment: components["schemas"]["Environment"];
        };
        /** @description How far the settlement of a payment is. */
        Settlement: {
            /**
             * Format: int64
             * @description The number of the settlement, once there is one.
             */
            merchant_settlement_id?: number | null;
            /**
             * @description The network it settles on.
             * @example base
             */
            network: string;
            /** @description The transaction that paid the merchant. */
            settlement_tx_hash?: string | null;
            /** @description Which step it has reached. */
            stage: components["schemas"]["SettlementStage"];
            /** @description The same as `summary_status`. */
            status: components["schemas"]["SettlementState"];
            /** @description Where it stands, in one word. */
            summary_status: components["schemas"]["SettlementState"];
        };
        /**
         * @description What payors may use, and what becomes of it.
         * @enum {string}
         */
        SettlementMode: "stables_only" | "stables_preferred" | "tokens";
        /** @description What a merchant accepts and settles in. */
        SettlementPreference: {
            /** @description The stable coins it may be. */
            available_stable_tokens: components["schemas"]["StableToken"][];
            /** @description What that means, in a sentence. */
            description: string;
            selected_settlement_token: components["schemas"]["SettlementToken"] | null;
            /** @description What payors may use. */
            settlement_preference: components["schemas"]["SettlementMode"];
            /**
             * Format: int64
             * @description When it was last changed, in epoch seconds.
             */
            updated_at: number;
        };
        /**
         * @description Which step of its settlement a payment has reached.
         * @enum {string}
         */
        SettlementStage: "awaiting_confirmations" | "queued" | "sweeping" | "swapping" | "bridging" | "paying_out" | "final";
        /**
         * @description Where the settlement of a payment stands.
         * @enum {string}
         */
        SettlementState: "pending" | "processing" | "manual" | "failed" | "settled";
        /** @description A token money settles in. */
        SettlementToken: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether it is the installation's default rather than the merchant's choice. */
            is_default: boolean;
            /** @description The network it lives on. */
            network: string;
            /** @description Where its picture is. */
            photo_uri: string | null;
            /** @description Its contract or mint; null for the chain's own coin. */
            token_address: string | null;
            /**
             * Format: int32
             * @description Decimal places of its base unit.
             */
            token_decimals: number;
            /** @description Its full name. */
            token_name: string;
            /** @description Its ticker. */
            token_symbol: string;
        };
        /** @description Answer: the settlement token now. */
        SettlementTokenUpdated: {
            /** @description What was done. */
            message: string;
            settlement_token: components["schemas"]["SettlementToken"] | null;
            /** @description Always `true`. */
            success: boolean;
            /**
             * Format: int64
             * @description When it was changed, in epoch seconds.
             */
            updated_at: number;
        };
        /** @description A stable coin money can settle in. */
        StableToken: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether it is the installation's default. */
            is_default_settlement: boolean;
            /** @description The network it lives on. */
            network: string;
            /** @description Where its picture is. */
            photo_uri: string | null;
            /** @description Its contract or mint. */
            token_address: string | null;
            /**
             * Format: int32
             * @description Decimal places of its base unit.
             */
            token_decimals: number;
            /** @description Its full name. */
            token_name: string;
            /** @description Its ticker. */
            token_symbol: string;
        };
        /** @description The body of a payor's answers. */
        SubmitForm: {
            /** @description The answers. */
            responses: components["schemas"]["Response"][];
        };
        /** @description Answer: done. */
        Success: {
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description A token on one network. */
        Token: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether payors may choose it now. */
            is_active: boolean;
            /** @description Whether this merchant blocked it. */
            is_blocked: boolean;
            /** @description Whether payments in it are looked for. */
            is_monitored: boolean;
            /**
             * @description The network it lives on.
             * @example base
             */
            network: string;
            /** @description The environment of that network. */
            network_environment: components["schemas"]["Environment"];
            /** @description Where its picture is. */
            photo_uri?: string | null;
            price?: components["schemas"]["Price"] | null;
            /** @description Whether a payment needs a memo; never, here. */
            requires_memo: boolean;
            /** @description Whether it can settle in a stable coin. */
            supports_stable_settlement: boolean;
            /** @description Always false for now. */
            supports_subscriptions: boolean;
            /** @description Its contract or mint; null for the chain's own coin. */
            token_address?: string | null;
            /**
             * Format: int32
             * @description Decimal places of its base unit.
             */
            token_decimals: number;
            /** @description Its full name. */
            token_name: string;
            /**
             * @description Its ticker.
             * @example USDC
             */
            token_symbol: string;
            /** @description Its standard. */
            token_type: components["schemas"]["TokenType"];
        };
        /** @description One token a payor may choose. */
        TokenOption: {
            /** @description Whether it can be paid with now. */
            availability_status: components["schemas"]["Availability"];
            /** @description Whether there is somewhere for it to settle to. */
            has_settlement_route: boolean;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether payments in it are looked for. */
            is_monitored: boolean;
            /** @description Whether the merchant settles in this very token. */
            is_same_token_settlement: boolean;
            /**
             * @description The network it lives on.
             * @example base
             */
            network: string;
            /** @description Where its picture is. */
            photo_uri?: string | null;
            /**
             * Format: int64
             * @description When its rate was fetched, in epoch seconds.
             */
            rate_updated_at?: number | null;
            /** @description Whether a payment needs a memo; never, here. */
            requires_memo: boolean;
            settlement_cost_usd?: components["schemas"]["Usd"] | null;
            /**
             * @description Dollars per token.
             * @example 1.000000
             */
            settlement_rate?: string | null;
            /** @description Whether it can settle in a stable coin. */
            supports_stable_settlement: boolean;
            /** @description Fee tier; null when there are none. */
            tier?: string | null;
            /** @description Fee of that tier; null when there is none. */
            tier_fee?: string | null;
            /** @description Its contract or mint; null for the chain's own coin. */
            token_address?: string | null;
            /**
             * Format: int32
             * @description Decimal places of its base unit.
             */
            token_decimals: number;
            /** @description Its full name. */
            token_name: string;
            /**
             * @description Its ticker.
             * @example USDC
             */
            token_symbol: string;
            /** @description Its standard. */
            token_type: components["schemas"]["TokenType"];
            /** @description Why it can not be paid with, in a sentence. */
            unavailable_reason?: string | null;
        };
        /** @description One page of the token search. */
        TokenSearch: {
            /** @description Which tokens the merchant accepts, in one word. */
            acceptance_policy: components["schemas"]["AcceptancePolicy"];
            /** @description The environment they live in. */
            environment: components["schemas"]["Environment"];
            /**
             * Format: int32
             * @description Most tokens a page gives.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many matches this page skips.
             */
            offset: number;
            /** @description The tokens of this page. */
            tokens: components["schemas"]["Token"][];
            /**
             * Format: int64
             * @description How many match altogether.
             */
            total: number;
        };
        /**
         * @description The standard of a token.
         * @enum {string}
         */
        TokenType: "native" | "erc20" | "spl";
        /** @description A sum of invoice amounts. */
        Total: {
            /**
             * Format: int64
             * @description The sum of what was asked, in `usd_millis`.
             */
            amount: number;
            /** @description The same in dollars. */
            amount_decimal: components["schemas"]["Decimal"];
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
        };
        /** @description One sum per status. */
        Totals: {
            /** @description Every invoice. */
            all: components["schemas"]["Total"];
            /** @description Canceled ones. */
            canceled: components["schemas"]["Total"];
            /** @description Expired ones. */
            expired: components["schemas"]["Total"];
            /** @description Paid ones. */
            paid: components["schemas"]["Total"];
            /** @description Underpaid ones. */
            underpaid: components["schemas"]["Total"];
            /** @description Unpaid ones. */
            unpaid: components["schemas"]["Total"];
        };
        /** @description Request: choose what payors may use. */
        UpdateSettlementPreference: {
            /** @description What payors may use. */
            settlement_preference: components["schemas"]["SettlementMode"];
        };
        /** @description Request: choose the settlement token. */
        UpdateSettlementToken: {
            /**
             * Format: int64
             * @description Its number; null for the installation's default.
             */
            settlement_token_id?: number | null;
        };
        /** @description The body of a request to change an endpoint; what is absent stays. */
        UpdateWebhook: {
            /** @description What you call it; null takes the description away. */
            description?: string | null;
            /** @description Whether it is told. Enabling forgives past failures and sends what waited. */
            enabled?: boolean | null;
            /** @description Types, families or `*`; replaces the whole list. */
            enabled_events?: string[] | null;
            /**
             * Format: uri
             * @description Where to; https unless the operator allows http.
             */
            url?: string | null;
        };
        /**
         * Format: double
         * @description US dollars, at most three decimals
         * @example 49.99
         */
        Usd: number;
        /** @description What an answer must satisfy. */
        Validation: {
            /** @description Whether there must be an answer. */
            required?: boolean;
        };
        /** @description One request to look again. */
        Verification: {
            /**
             * Format: int32
             * @description Attempts made.
             */
            attempt_count: number;
            /**
             * Format: int64
             * @description When it ended, in epoch seconds.
             */
            completed_at?: number | null;
            /**
             * Format: int64
             * @description When it was asked for, in epoch seconds.
             */
            created_at: number;
            /** @description Why the last attempt failed. */
            error?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: uuid
             * @description The invoice to look for.
             */
            invoice_id: string;
            /** @description Where the work stands. */
            job_status: components["schemas"]["VerificationState"];
            /**
             * Format: int32
             * @description Attempts before it is given up.
             */
            max_attempts: number;
            /**
             * @description The network to look on.
             * @example base
             */
            network: string;
            /**
             * Format: int64
             * @description When the next attempt is due, in epoch seconds.
             */
            next_attempt_at?: number | null;
            /**
             * @description Always `invoice_manual_verification`.
             * @example invoice_manual_verification
             */
            object: string;
            /** @description What was found, such as `found` or `nothing_new`. */
            result?: string | null;
            /** @description The same as `job_status`. */
            status: components["schemas"]["VerificationState"];
            /**
             * Format: int64
             * @description When anything last changed, in epoch seconds.
             */
            updated_at: number;
        };
        /**
         * @description Where a verification stands.
         * @enum {string}
         */
        VerificationState: "queued" | "completed" | "failed";
        /** @description One wallet. */
        Wallet: {
            /** @description Its address. */
            address: string;
            /**
             * Format: int64
             * @description When it was added, in epoch seconds.
             */
            created_at: number;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether settlements go there. */
            is_active: boolean;
            /**
             * @description The family of its network: `evm` or `solana`.
             * @example evm
             */
            type: string;
        };
        /** @description Where a merchant is told of events. */
        Webhook: {
            /** @description How it does. */
            breaker: components["schemas"]["WebhookBreaker"];
            /**
             * Format: int64
             * @description When it was made, in epoch seconds.
             */
            created_at: number;
            /** @description What its owner calls it. */
            description?: string | null;
            /**
             * Format: int64
             * @description Since when it is told nothing, in epoch seconds.
             */
            disabled_at?: number | null;
            /**
             * @description Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
             * @example failing
             */
            disabled_reason?: string | null;
            /** @description Whether it is told. */
            enabled: boolean;
            /** @description The types it is told of: names, families such as `invoice.*`, or `*`. */
            enabled_events: string[];
            environment?: components["schemas"]["Environment"] | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * @description Always `webhook_endpoint`.
             * @example webhook_endpoint
             */
            object: string;
            /**
             * Format: int64
             * @description Until when the previous secret signs too, in epoch seconds.
             */
            previous_secret_expires_at?: number | null;
            /**
             * Format: int32
             * @description How often its secret was made: 1 at creation, one more with each rotation.
             */
            secret_version: number;
            /**
             * Format: int64
             * @description When its owner last changed it, or it was disabled, in epoch seconds.
             */
            updated_at: number;
            /**
             * @description Where to.
             * @example https://shop.example/pepay
             */
            url: string;
        };
        /** @description One try to deliver. */
        WebhookAttempt: {
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            duration_ms: number;
            error?: components["schemas"]["WebhookError"] | null;
            /**
             * Format: uuid
             * @description Its id: the `X-Pepay-Attempt-ID` that was sent.
             */
            id: string;
            /** @description The headers that were sent, without the signatures. */
            request_headers: components["schemas"]["WebhookHeader"][];
            response?: components["schemas"]["WebhookResponse"] | null;
            /**
             * Format: int64
             * @description When it began, in epoch seconds.
             */
            started_at: number;
        };
        /** @description How an endpoint does. */
        WebhookBreaker: {
            /**
             * Format: int64
             * @description The first failure since the last success, in epoch seconds.
             */
            failing_since?: number | null;
            /**
             * Format: int64
             * @description When it is tried again, in epoch seconds.
             */
            open_until?: number | null;
            /**
             * @description `closed`: deliveries flow; `open`: nothing is sent until `open_until`; `half_open`: one at a time is tried.
             * @example closed
             */
            state: string;
        };
        /** @description An endpoint that is gone. */
        WebhookDeleted: {
            /** @description Always `true`. */
            deleted: boolean;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * @description Always `webhook_endpoint`.
             * @example webhook_endpoint
             */
            object: string;
        };
        /** @description One event on its way to one endpoint. */
        WebhookDelivery: {
            /**
             * Format: int32
             * @description Attempts made.
             */
            attempt_count: number;
            /** @description The newest attempts, newest first; only where one delivery is asked for. */
            attempts?: components["schemas"]["WebhookAttempt"][] | null;
            /**
             * Format: int64
             * @description When it came to its end, in epoch seconds.
             */
            completed_at?: number | null;
            /**
             * Format: int64
             * @description When it was made, in epoch seconds.
             */
            created_at: number;
            /** @description Where it happened. */
            environment: components["schemas"]["Environment"];
            /**
             * @description The event; get it for the body that is sent.
             * @example evt_1766322000123-42
             */
            event_id: string;
            /**
             * @description What happened, such as `invoice.updated`.
             * @example invoice.updated
             */
            event_type: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description When the next attempt begins, in epoch seconds; null when there is none, or one is under way.
             */
            next_attempt_at?: number | null;
            /**
             * @description Always `webhook_delivery`.
             * @example webhook_delivery
             */
            object: string;
            /** @description Where it stands. */
            status: components["schemas"]["WebhookDeliveryState"];
            /**
             * Format: uuid
             * @description The endpoint.
             */
            webhook_id: string;
        };
        /**
         * @description Where a delivery stands.
         * @enum {string}
         */
        WebhookDeliveryState: "pending" | "succeeded" | "failed" | "canceled";
        /** @description Why an attempt failed. */
        WebhookError: {
            /**
             * @description One of `status`, `redirect`, `timeout`, `timeout_connect`, `connect`, `closed`, `tls`, `dns`, `protocol`,
             *     `refused`.
             * @example timeout
             */
            code: string;
            /** @description The same as a sentence. */
            message: string;
        };
        /** @description A header line. */
        WebhookHeader: {
            /**
             * @description Its name.
             * @example X-Pepay-Event
             */
            name: string;
            /** @description Its value. */
            value: string;
        };
        /** @description Past events on their way again. */
        WebhookRecovery: {
            /**
             * @description Always `webhook_recovery`.
             * @example webhook_recovery
             */
            object: string;
            /** @description What was asked for. */
            since: string;
            /**
             * @description Always `scheduled`: the deliveries follow in the background.
             * @example scheduled
             */
            status: string;
            /**
             * Format: uuid
             * @description The endpoint.
             */
            webhook_id: string;
        };
        /** @description What an endpoint answered. */
        WebhookResponse: {
            /**
             * Format: int64
             * @description Milliseconds until the head of the answer was there.
             */
            answered_ms: number;
            /** @description The beginning of the body, at most 1 024 characters. */
            body_excerpt: string;
            /** @description The header lines, cut after 2 048 characters. */
            headers: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
        };
        /** @description An endpoint with its secret, which is shown at creation and rotation only. */
        WebhookWithSecret: components["schemas"]["Webhook"] & {
            /**
             * @description What signatures are made with. Keep it; it is not shown again. Null in a repeated answer when the secret was
             *     made anew since.
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD1mRhVJpQIuA=
             */
            secret?: string | null;
        };
        /** @description `{"success":true,"data":…}`, which some answers are wrapped in. */
        Wrapped_Event: {
            /** @description One event. */
            data: {
                /**
                 * @description The version of the object in it.
                 * @example 2025-12-16
                 */
                api_version: string;
                /**
                 * Format: int64
                 * @description When, in epoch seconds.
                 */
                created: number;
                /** @description The object, and what of it changed. */
                data: components["schemas"]["EventData"];
                /**
                 * @description `evt_<epoch ms>-<sequence>`; ids sort by commit order.
                 * @example evt_1766322000123-42
                 */
                id: string;
                /** @description Whether the money is real. */
                livemode: boolean;
                /**
                 * @description Always `event`.
                 * @example event
                 */
                object: string;
                /**
                 * Format: int32
                 * @description Webhook deliveries still to be made.
                 */
                pending_webhooks: number;
                /** @description The request that caused it. */
                request: components["schemas"]["EventRequest"];
                /** @description What happened, such as `invoice.created`. */
                type: string;
            };
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description `{"success":true,"data":…}`, which some answers are wrapped in. */
        Wrapped_List_Event: {
            /** @description One page of a list, newest first. */
            data: {
                /** @description The objects, newest first. */
                data: {
                    /**
                     * @description The version of the object in it.
                     * @example 2025-12-16
                     */
                    api_version: string;
                    /**
                     * Format: int64
                     * @description When, in epoch seconds.
                     */
                    created: number;
                    /** @description The object, and what of it changed. */
                    data: components["schemas"]["EventData"];
                    /**
                     * @description `evt_<epoch ms>-<sequence>`; ids sort by commit order.
                     * @example evt_1766322000123-42
                     */
                    id: string;
                    /** @description Whether the money is real. */
                    livemode: boolean;
                    /**
                     * @description Always `event`.
                     * @example event
                     */
                    object: string;
                    /**
                     * Format: int32
                     * @description Webhook deliveries still to be made.
                     */
                    pending_webhooks: number;
                    /** @description The request that caused it. */
                    request: components["schemas"]["EventRequest"];
                    /** @description What happened, such as `invoice.created`. */
                    type: string;
                }[];
                /** @description Whether there are more in the direction that was asked for. */
                has_more: boolean;
                /**
                 * @description Always `list`.
                 * @example list
                 */
                object: string;
            };
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description `{"success":true,"data":…}`, which some answers are wrapped in. */
        Wrapped_Verification: {
            /** @description One request to look again. */
            data: {
                /**
                 * Format: int32
                 * @description Attempts made.
                 */
                attempt_count: number;
                /**
                 * Format: int64
                 * @description When it ended, in epoch seconds.
                 */
                completed_at?: number | null;
                /**
                 * Format: int64
                 * @description When it was asked for, in epoch seconds.
                 */
                created_at: number;
                /** @description Why the last attempt failed. */
                error?: string | null;
                /**
                 * Format: uuid
                 * @description Its id.
                 */
                id: string;
                /**
                 * Format: uuid
                 * @description The invoice to look for.
                 */
                invoice_id: string;
                /** @description Where the work stands. */
                job_status: components["schemas"]["VerificationState"];
                /**
                 * Format: int32
                 * @description Attempts before it is given up.
                 */
                max_attempts: number;
                /**
                 * @description The network to look on.
                 * @example base
                 */
                network: string;
                /**
                 * Format: int64
                 * @description When the next attempt is due, in epoch seconds.
                 */
                next_attempt_at?: number | null;
                /**
                 * @description Always `invoice_manual_verification`.
                 * @example invoice_manual_verification
                 */
                object: string;
                /** @description What was found, such as `found` or `nothing_new`. */
                result?: string | null;
                /** @description The same as `job_status`. */
                status: components["schemas"]["VerificationState"];
                /**
                 * Format: int64
                 * @description When anything last changed, in epoch seconds.
                 */
                updated_at: number;
            };
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description `{"success":true,"data":…}`, which some answers are wrapped in. */
        Wrapped_WsToken: {
            /** @description A token for a stream. */
            data: {
                /**
                 * Format: int64
                 * @description When it and every socket opened with it end, in epoch seconds.
                 */
                expires_at: number;
                /**
                 * Format: int64
                 * @description Whose events.
                 */
                merchant_id: number;
                /** @description Where. */
                network_environment: components["schemas"]["Environment"];
                /**
                 * @description What it opens.
                 * @example merchant
                 */
                scope: string;
                /** @description The token; `token=` in the query of the socket. */
                token: string;
                /**
                 * @description Path and format of the socket, relative to this server.
                 * @example /ws/merchant/events?format=event_v1
                 */
                ws_url: string;
            };
            /** @description Always `true`. */
            success: boolean;
        };
        /** @description Where a payor listens. */
        WsConnection: {
            /**
             * @description Always `/ws/payment`.
             * @example /ws/payment
             */
            endpoint: string;
            /**
             * @description Always `event_v1`.
             * @example event_v1
             */
            format: string;
            /** @description A token for this invoice's stream. */
            token: string;
            /**
             * @description Endpoint and format.
             * @example /ws/payment?format=event_v1
             */
            ws_url: string;
        };
        /** @description A token for a stream. */
        WsToken: {
            /**
             * Format: int64
             * @description When it and every socket opened with it end, in epoch seconds.
             */
            expires_at: number;
            /**
             * Format: int64
             * @description Whose events.
             */
            merchant_id: number;
            /** @description Where. */
            network_environment: components["schemas"]["Environment"];
            /**
             * @description What it opens.
             * @example merchant
             */
            scope: string;
            /** @description The token; `token=` in the query of the socket. */
            token: string;
            /**
             * @description Path and format of the socket, relative to this server.
             * @example /ws/merchant/events?format=event_v1
             */
            ws_url: string;
        };
        /** @description Request: a token for a stream. */
        WsTokenRequest: {
            /**
             * @description Always `merchant`.
             * @example merchant
             */
            scope: string;
            /**
             * Format: int64
             * @description How long the token and every socket opened with it live, from 10 to 3600 seconds; 60 when absent.
             * @default 60
             */
            ttl_seconds?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Logout"];
            };
        };
        responses: {
            /** @description Signed out, or was already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description The next tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description Comma list of types, also `invoice.*`, `invoice_payment.*` and `*`. */
                type?: string;
                /** @description Of this invoice. */
                invoice_id?: string;
                /** @description Of invoices of this customer: the merchant's own id of it. */
                customer_id?: string;
                /** @description `devnet` or `mainnet`; the credential's own when absent. */
                environment?: string;
                /** @description Happened at or after: date-time (RFC 3339), date, or epoch seconds. */
                "created[gte]"?: string;
                /** @description Happened at or before, likewise. */
                "created[lte]"?: string;
                /** @description Events in a page. */
                limit?: number;
                /** @description Only what is older than this event. */
                starting_after?: string;
                /** @description Only what is newer than this event: the page next to it. */
                ending_before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wrapped_List_Event"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The event */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wrapped_Event"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_verification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invoice */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verification */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wrapped_Verification"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    request_verification: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The invoice */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RequestVerification"] | null;
            };
        };
        responses: {
            /** @description The verification */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wrapped_Verification"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_invoices: {
        parameters: {
            query?: {
                /** @description Comma list of `unpaid`, `underpaid`, `paid`, `expired`, `canceled`. */
                status?: string;
                /** @description `standard`. */
                invoice_type?: string;
                /** @description The merchant's own id of the customer. */
                customer_id?: string;
                /** @description `devnet` or `mainnet`; the credential's own when absent. */
                environment?: string;
                /** @description Created at or after: date-time (RFC 3339), date, or epoch seconds. */
                created_gte?: string;
                /** @description Created at or before, likewise. */
                created_lte?: string;
                /** @description Last paid by this address; needs `payer_wallet_network`. */
                payer_wallet_address?: string;
                /** @description The network of that address, such as `base`. */
                payer_wallet_network?: string;
                /** @description Objects in a page. */
                limit?: number;
                /** @description Only what is older than this invoice. */
                starting_after?: string;
                /** @description Only what is newer than this invoice. */
                ending_before?: string;
                /** @description Comma list of `latest_payment`, `payments`. */
                expand?: string;
                /** @description Payments of each invoice, when expanded. */
                payments_limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Invoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    create_invoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInvoice"];
            };
        };
        responses: {
            /** @description Created, or created before under the same key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedInvoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_customer_invoices: {
        parameters: {
            query?: {
                /** @description Comma list of `unpaid`, `underpaid`, `paid`, `expired`, `canceled`. */
                status?: string;
                /** @description `standard`. */
                invoice_type?: string;
                /** @description The merchant's own id of the customer. */
                customer_id?: string;
                /** @description `devnet` or `mainnet`; the credential's own when absent. */
                environment?: string;
                /** @description Created at or after: date-time (RFC 3339), date, or epoch seconds. */
                created_gte?: string;
                /** @description Created at or before, likewise. */
                created_lte?: string;
                /** @description Last paid by this address; needs `payer_wallet_network`. */
                payer_wallet_address?: string;
                /** @description The network of that address, such as `base`. */
                payer_wallet_network?: string;
                /** @description Objects in a page. */
                limit?: number;
                /** @description Only what is older than this invoice. */
                starting_after?: string;
                /** @description Only what is newer than this invoice. */
                ending_before?: string;
                /** @description Comma list of `latest_payment`, `payments`. */
                expand?: string;
                /** @description Payments of each invoice, when expanded. */
                payments_limit?: number;
            };
            header?: never;
            path: {
                /** @description The merchant's own id of the customer */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Invoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    invoice_totals: {
        parameters: {
            query?: {
                /** @description Comma list of `unpaid`, `underpaid`, `paid`, `expired`, `canceled`. */
                status?: string;
                /** @description `standard`. */
                invoice_type?: string;
                /** @description The merchant's own id of the customer. */
                customer_id?: string;
                /** @description `devnet` or `mainnet`; the credential's own when absent. */
                environment?: string;
                /** @description Created at or after: date-time (RFC 3339), date, or epoch seconds. */
                created_gte?: string;
                /** @description Created at or before, likewise. */
                created_lte?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sums */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceTotals"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_invoice: {
        parameters: {
            query?: {
                /** @description Comma list of `latest_payment`, `payments`. */
                expand?: string;
                /** @description Payments, when expanded. */
                payments_limit?: number;
            };
            header?: never;
            path: {
                /** @description The invoice */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invoice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    cancel_invoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The invoice */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The canceled invoice */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    explain_invoice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invoice */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    accept_payment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The invoice */
                invoiceId: string;
                /** @description The payment, which is `manual_retry` */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invoice, which stays as it ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    invoice_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The invoice */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceStatus"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyInfo"][];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked; every node refuses it within seconds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_return_secret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret, and what it signs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckoutReturn"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    settlement_preference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preference */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementPreference"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    set_settlement_preference: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSettlementPreference"];
            };
        };
        responses: {
            /** @description Chosen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementPreference"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    set_settlement_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSettlementToken"];
            };
        };
        responses: {
            /** @description Chosen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementTokenUpdated"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                /** @description `devnet` or `mainnet`; the credential's own when absent */
                environment?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MerchantTokens"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    search_tokens: {
        parameters: {
            query?: {
                /** @description `devnet` or `mainnet`; the credential's own when absent. */
                environment?: string;
                /** @description Part of symbol, name or address. */
                search?: string;
                /** @description Network name, such as `base`. */
                network?: string;
                /** @description `native`, `erc20`, `spl`, `sui` or `ton`. */
                token_type?: string;
                /** @description Whether payors may choose it. */
                is_active?: boolean;
                /** @description Whether it can settle in a stable coin. */
                supports_stable_settlement?: boolean;
                /** @description Whether this merchant blocked it. */
                blocked?: boolean;
                /** @description Tokens in a page. */
                limit?: number;
                /** @description Tokens to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of matches */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenSearch"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    block_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The token */
                tokenId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockToken"];
            };
        };
        responses: {
            /** @description How it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Blocked"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_wallets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wallets; at most one per network is active */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NetworkWallets"][];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    add_wallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddWallet"];
            };
        };
        responses: {
            /** @description Added */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    delete_wallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The wallet */
                walletId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    activate_wallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The wallet */
                walletId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Active, in the place of any other of its network */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    available_tokens: {
        parameters: {
            query?: {
                /** @description `monitored`, `all` or `network`; the latter needs `network`. */
                mode?: string;
                /** @description Network name, such as `base`; implies `mode=network` when `mode` is absent. */
                network?: string;
                /** @description Leave out what can not be paid with now. */
                available_only?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens; after a partial payment only the locked one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenOption"][];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_customer_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address, if there is one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerEmail"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    set_customer_email: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetCustomerEmail"];
            };
        };
        responses: {
            /** @description Saved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerEmailSet"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_questions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The questions, if there are any */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceQuestions"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    create_payment_address: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PaymentAddressRequest"];
            };
        };
        responses: {
            /** @description Where to pay, how much, until when; or why there is no price */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentAddress"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    payment_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the invoice stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentStatus"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    session_details: {
        parameters: {
            query?: {
                /** @description When given it must be the session's own */
                invoice_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invoice as its payor sees it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDetails"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    submit_form: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitForm"];
            };
        };
        responses: {
            /** @description Saved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    set_environment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetEnvironment"];
            };
        };
        responses: {
            /** @description Chosen */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    activate_mainnet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActivateMainnet"];
            };
        };
        responses: {
            /** @description Open */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    mainnet_access: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the merchant stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MainnetAccess"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: {
                /** @description `devnet` or `mainnet`; the credential's own when absent. Endpoints of both are always among them. */
                environment?: string;
                /** @description Endpoints in a page. */
                limit?: number;
                /** @description Give those older than this endpoint. */
                starting_after?: string;
                /** @description Give those newer than this endpoint. */
                ending_before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Webhook"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            /** @description The endpoint, with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_webhook_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    replay_webhook_delivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The delivery */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery, about to be made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeleted"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    update_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            /** @description The endpoint as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    list_webhook_deliveries: {
        parameters: {
            query?: {
                /** @description `pending`, `succeeded`, `failed` or `canceled`. */
                status?: string;
                /** @description A type, such as `invoice.updated`. */
                event_type?: string;
                /** @description Deliveries in a page. */
                limit?: number;
                /** @description Give those of older events than this delivery's. */
                starting_after?: string;
                /** @description Give those of newer events than this delivery's. */
                ending_before?: string;
            };
            header?: never;
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_WebhookDelivery"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    recover_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoverWebhook"];
            };
        };
        responses: {
            /** @description It is under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRecovery"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateWebhookSecret"] | null;
            };
        };
        responses: {
            /** @description The endpoint, with its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The endpoint */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery, about to be made */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
    create_stream_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WsTokenRequest"];
            };
        };
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wrapped_WsToken"];
                };
            };
            /** @description Too many requests; see `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RateLimited"];
                };
            };
            /** @description Refused or failed; see `error.code`. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorEnvelope"];
                };
            };
        };
    };
}
