package journeys

import "regexp"

// previews are the programs that fetch addresses which nobody pressed: Telegram's own look for a
// preview, and those that say so. Names of phones ("CUBOT X30") and of apps with a browser in them
// ("Telegram-Android") are none of them.
var previews = regexp.MustCompile(`(?i)` +
	`(telegram|google|bing|slack|discord|twitter|linkedin|apple|yandex|face)bot\b` +
	`|(^|[^a-z])bot\b|[a-z]bot/[0-9]|crawler\b|[a-z]spider\b|(skypeuri|bing)preview\b` +
	`|facebookexternalhit|vkshare|yahoo! slurp|slack-imgproxy|headlesschrome` +
	`|^(whatsapp|curl|wget|python-[a-z]+|go-http-client)/`)

// looksOnly recognises by the agent's name that no person follows a link.
func looksOnly(agent string) bool { return agent == "" || previews.MatchString(agent) }
