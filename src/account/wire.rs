//! The routes of accounts, and the bodies they take.

use super::model::{
    ASK_AGAIN_REFUSALS, CONFIRM_REFUSALS, LINK_REFUSALS, ORIGIN_REFUSALS, SESSION_REQUIRED, SIGN_IN_REFUSALS,
    SIGN_UP_REFUSALS, USE_LINK_REFUSALS, VERIFY_REFUSALS,
};
use super::{people, serve};
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{open, schema};

/// A body of `POST /api/auth/sign-up/email`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUpBody {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// 8 to 128 characters.
    pub password: String,
    /// A picture's address.
    pub image: Option<String>,
    /// Where the confirmation leads.
    #[serde(rename = "callbackURL")]
    pub callback_url: Option<String>,
    /// Understood, and of no effect: nobody is signed in by making an account.
    pub remember_me: Option<bool>,
}

/// A body of `POST /api/auth/sign-in/email`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInBody {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
    /// Where to go on to.
    #[serde(rename = "callbackURL")]
    pub callback_url: Option<String>,
    /// False ends the session with the browser.
    pub remember_me: Option<bool>,
}

/// A body of `POST /api/auth/sign-in/magic-link`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkBody {
    /// The address.
    pub email: String,
    /// The name of a new account.
    pub name: Option<String>,
    /// Where the link leads.
    #[serde(rename = "callbackURL")]
    pub callback_url: Option<String>,
    /// Where it leads for a new account.
    #[serde(rename = "newUserCallbackURL")]
    pub new_user_callback_url: Option<String>,
    /// Where it leads when it does not work.
    #[serde(rename = "errorCallbackURL")]
    pub error_callback_url: Option<String>,
}

/// A body of `POST /api/auth/send-verification-email`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskAgainBody {
    /// The address.
    pub email: String,
    /// Where the confirmation leads.
    #[serde(rename = "callbackURL")]
    pub callback_url: Option<String>,
}

/// `{"success": true}`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
pub struct Success {
    /// Always true.
    pub success: bool,
}

/// `{"status": true}`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
pub struct Status {
    /// Always true.
    pub status: bool,
    /// Always true, for whoever is signed in.
    pub ok: Option<bool>,
    /// The way the mail leaves by, for whoever is signed in.
    pub provider: Option<String>,
    /// Always null.
    pub user: Option<()>,
}

const CALLBACK: (&str, &str) = ("callbackURL", "Where to go on to.");
const TOKEN: (&str, &str) = ("token", "The token of the mail.");

/// A page without anything special.
const fn page(id: &'static str, summary: &'static str, query: &'static [(&'static str, &'static str)]) -> About {
    About { id, summary, query, takes: None, answers: &[(200, Media::Html), (303, Media::Redirect)], refusals: &[] }
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: "/api/auth/sign-up/email",
        gate: open!(serve::sign_up),
        shape: Shape::Auth,
        about: About {
            id: "signUpEmail",
            summary:
                "Makes an account and sends a mail to confirm the address. The answer is the same for every address.",
            query: &[],
            takes: Some(schema!(SignUpBody)),
            answers: &[(200, Media::Json(schema!(serve::SignedUp)))],
            refusals: SIGN_UP_REFUSALS,
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/auth/sign-in/email",
        gate: open!(serve::sign_in),
        shape: Shape::Auth,
        about: About {
            id: "signInEmail",
            summary: "Signs in with a password.",
            query: &[],
            takes: Some(schema!(SignInBody)),
            answers: &[(200, Media::Json(schema!(serve::SignedIn)))],
            refusals: SIGN_IN_REFUSALS,
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/auth/sign-out",
        gate: open!(serve::sign_out),
        shape: Shape::Auth,
        about: About {
            id: "signOut",
            summary: "Ends the session.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Json(schema!(Success)))],
            refusals: ORIGIN_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/auth/get-session",
        gate: open!(serve::get_session),
        shape: Shape::Auth,
        about: About {
            id: "getSession",
            summary: "Who is signed in, or null. Prolongs a session that is used after its first day.",
            query: &[("disableRefresh", "`true` leaves the session as it is.")],
            takes: None,
            answers: &[(200, Media::Json(schema!(Option<serve::CurrentSession>)))],
            refusals: &[],
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/auth/send-verification-email",
        gate: open!(serve::send_verification),
        shape: Shape::Auth,
        about: About {
            id: "sendVerificationEmail",
            summary: "Sends the mail to confirm an address again, two minutes after the last one at the earliest.",
            query: &[],
            takes: Some(schema!(AskAgainBody)),
            answers: &[(200, Media::Json(schema!(Status)))],
            refusals: ASK_AGAIN_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/auth/verify-email",
        gate: open!(serve::verify_email),
        shape: Shape::Auth,
        about: About {
            id: "verifyEmail",
            summary: "Confirms an address. Signs nobody in. HEAD only looks.",
            query: &[TOKEN, CALLBACK],
            takes: None,
            answers: &[(200, Media::Json(schema!(Status))), (302, Media::Redirect)],
            refusals: VERIFY_REFUSALS,
        },
    },
    Route {
        verb: Verb::Post,
        path: "/api/auth/sign-in/magic-link",
        gate: open!(serve::send_link),
        shape: Shape::Auth,
        about: About {
            id: "signInMagicLink",
            summary: "Sends a link that signs in. The answer is the same for every address.",
            query: &[],
            takes: Some(schema!(LinkBody)),
            answers: &[(200, Media::Json(schema!(Status)))],
            refusals: LINK_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/auth/magic-link/verify",
        gate: open!(serve::use_link),
        shape: Shape::Auth,
        about: About {
            id: "verifyMagicLink",
            summary: "Uses a sign-in link up. HEAD only looks.",
            query: &[
                TOKEN,
                CALLBACK,
                ("newUserCallbackURL", "Where a new account goes on to."),
                ("errorCallbackURL", "Where to go when the link does not work."),
            ],
            takes: None,
            answers: &[(200, Media::Json(schema!(serve::LinkUsed))), (302, Media::Redirect)],
            refusals: USE_LINK_REFUSALS,
        },
    },
    Route {
        verb: Verb::Get,
        path: "/api/account/email-verification/status",
        gate: open!(serve::verification_status),
        shape: Shape::Code,
        about: About {
            id: "emailVerificationStatus",
            summary: "Whether the address of whoever is signed in is confirmed, and when another mail may be sent.",
            query: &[],
            takes: None,
            answers: &[(200, Media::Json(schema!(serve::VerificationStatus)))],
            refusals: &[&SESSION_REQUIRED],
        },
    },
    Route {
        verb: Verb::Get,
        path: "/login",
        gate: open!(people::login),
        shape: Shape::Page,
        about: page(
            "loginPage",
            "Signing in, making an account, asking for a link.",
            &[CALLBACK, ("mode", "`sign-up` or `link`."), ("email", "Fills the field.")],
        ),
    },
    Route {
        verb: Verb::Post,
        path: "/login",
        gate: open!(people::enter),
        shape: Shape::Page,
        about: About { refusals: SIGN_IN_REFUSALS, ..page("login", "The same, by form.", &[]) },
    },
    Route {
        verb: Verb::Get,
        path: "/login/link",
        gate: open!(people::mailed_link),
        shape: Shape::Page,
        about: page("loginLinkPage", "Where a sign-in mail leads.", &[TOKEN, CALLBACK]),
    },
    Route {
        verb: Verb::Get,
        path: "/login/confirm",
        gate: open!(people::confirm_page),
        shape: Shape::Page,
        about: page("loginConfirmPage", "Where a verification mail leads.", &[TOKEN, CALLBACK]),
    },
    Route {
        verb: Verb::Post,
        path: "/login/confirm",
        gate: open!(people::confirm),
        shape: Shape::Page,
        about: About {
            refusals: CONFIRM_REFUSALS,
            ..page("loginConfirm", "Confirms an address, for whoever knows the password of the account.", &[])
        },
    },
    Route {
        verb: Verb::Get,
        path: "/account",
        gate: open!(people::account),
        shape: Shape::Page,
        about: page("accountPage", "One's own account.", &[]),
    },
    Route {
        verb: Verb::Post,
        path: "/account",
        gate: open!(people::act),
        shape: Shape::Page,
        about: About { refusals: ASK_AGAIN_REFUSALS, ..page("account", "Signs out, or asks for another mail.", &[]) },
    },
    Route {
        verb: Verb::Get,
        path: "/account/setup",
        gate: open!(people::setup),
        shape: Shape::Page,
        about: page("accountSetupPage", "Leads to one's own account.", &[]),
    },
];
