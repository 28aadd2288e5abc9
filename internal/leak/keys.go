package leak

// keys are secrets by the form that their issuers give them. Public keys and certificates are none.
var keys = []detector{
	{class: privateKey, what: "a private key", hints: []string{"-----BEGIN "},
		pattern: `(-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)`},
	{class: accessKey, what: "an access key of AWS", hints: []string{"AKIA", "ASIA"},
		pattern: `\b(AKIA|ASIA)[0-9A-Z]{16}\b`},
	{class: accessKey, what: "a token of GitHub", hints: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"},
		pattern: `\b(gh[pousr]_)[A-Za-z0-9]{36,}|\b(github_pat_)[A-Za-z0-9_]{22,}`},
	{class: accessKey, what: "a token of GitLab", hints: []string{"glpat-"},
		pattern: `\b(glpat-)[\w-]{20,}`},
	{class: accessKey, what: "a token of Slack", hints: []string{"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"},
		pattern: `\b(xox[abprs]-)[0-9A-Za-z]+-[0-9A-Za-z-]{8,}`},
	{class: accessKey, what: "a secret key of Stripe", hints: []string{"sk_live_", "rk_live_"},
		pattern: `\b([sr]k_live_)[0-9A-Za-z]{16,}`},
	{class: accessKey, what: "an API key of Google", hints: []string{"AIza"},
		pattern: `\b(AIza)[0-9A-Za-z_-]{35}`},
	{class: accessKey, what: "a key of SendGrid", hints: []string{"SG."},
		pattern: `\b(SG\.)[\w-]{22}(\.)[\w-]{43}`},
	{class: accessKey, what: "a token of npm", hints: []string{"npm_"},
		pattern: `\b(npm_)[A-Za-z0-9]{36}\b`},
	{class: accessKey, what: "a JSON Web Token", hints: []string{"eyJ"},
		pattern: `\b(eyJ)[\w-]{8,}(\.eyJ)[\w-]{8,}(\.)[\w-]{16,}`},
}
