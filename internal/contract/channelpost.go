package contract

// FlowChannelPost is the flow that sends one post to a channel.
const FlowChannelPost = "channelpost"

// ChannelPostID is the workflow id of a post.
func ChannelPostID(tenantID, post string) string { return dotted(FlowChannelPost, tenantID, post) }

// ChannelPost names a post to a channel.
type ChannelPost struct {
	TenantID string `json:"tenant_id"`
	PostID   string `json:"post_id"`
}

// OutboxChannelPost is the outbox's kind for posts that are to be sent; the payload is a ChannelPost.
const OutboxChannelPost = "channelpost"

// SendChannelPost is the activity that sends a post (activities.Hype). Input: ChannelPost.
const SendChannelPost = "channelposts.Send"

// FlowChannelPostDeletion is the flow that deletes one post from its channel.
const FlowChannelPostDeletion = "channelpost-deletion"

// ChannelPostDeletionID is the workflow id of a post's deletion.
func ChannelPostDeletionID(in ChannelPost) string {
	return dotted(FlowChannelPostDeletion, in.TenantID, in.PostID)
}

// OutboxChannelPostDeletion is the outbox's kind for posts that are to be deleted; the payload is a ChannelPost.
const OutboxChannelPostDeletion = "channelpost.deletion"

// DeleteChannelPost is the activity that deletes a post from its channel (activities.ChannelPosts). Input: ChannelPost.
const DeleteChannelPost = "channelposts.Delete"
