package telegram

import "strings"

// table is every method of the simulated Bot API. getUpdates is answered by poll.
func table() map[string]method {
	return map[string]method{
		"getMe":      getMe,
		"getUpdates": fetch,

		"setWebhook":     setWebhook,
		"deleteWebhook":  deleteWebhook,
		"getWebhookInfo": getWebhookInfo,

		"sendMessage":    sendMessage,
		"sendPhoto":      sendPhoto,
		"sendDocument":   sendDocument,
		"sendMediaGroup": sendMediaGroup,
		"sendChatAction": sendChatAction,
		"forwardMessage": forwardMessage,
		"copyMessage":    copyMessage,

		"editMessageText":        editMessageText,
		"editMessageCaption":     editMessageCaption,
		"editMessageReplyMarkup": editMessageReplyMarkup,
		"editMessageMedia":       editMessageMedia,
		"deleteMessage":          deleteMessage,
		"deleteMessages":         deleteMessages,

		"answerCallbackQuery": answerCallbackQuery,
		"setMyCommands":       setMyCommands,
		"getMyCommands":       getMyCommands,
		"deleteMyCommands":    deleteMyCommands,

		"getChat":               getChat,
		"getChatMember":         getChatMember,
		"getChatMemberCount":    getChatMemberCount,
		"getChatAdministrators": getChatAdministrators,
		"getFile":               getFile,
	}
}

// methods is the table by small letters, as calls are looked up, and how the documentation writes
// each name.
func methods() (all map[string]method, names map[string]string) {
	all, names = map[string]method{}, map[string]string{}
	for name, do := range table() {
		all[strings.ToLower(name)], names[strings.ToLower(name)] = do, name
	}
	return all, names
}
