/** Made by `npm run generate` from the table of operations: a line a group, then name, method, path, and event where it is used. */
export const operationDoors = `messages,send POST/rooms/:room_id/messages message:send,forward POST/messages/:message_id/forward,mentions GET/mentions,list GET/rooms/:room_id/messages message:history,get GET/messages/:message_id,info GET/messages/:message_id/info,edit PUT/messages/:message_id message:edit,delete DELETE/messages/:message_id message:delete,react POST/messages/:message_id/reactions/:emoji message:reaction:add,unreact DELETE/messages/:message_id/reactions/:emoji message:reaction:remove,star POST/messages/:message_id/star message:star,addStar PUT/messages/:message_id/star,removeStar DELETE/messages/:message_id/star,starred GET/messages/starred,open POST/messages/:message_id/open,pin PUT/messages/:message_id/pin,unpin DELETE/messages/:message_id/pin
polls,vote PUT/messages/:message_id/vote,close POST/messages/:message_id/close,votes GET/messages/:message_id/votes
media,requestUpload POST/media/upload-url,resumeUpload POST/media/resume,confirmUpload POST/media/confirm,get GET/media/:uploadId,delete DELETE/media/:uploadId,usage GET/media/usage
admin,mediaUsage GET/admin/media/usage,upsertUser PUT/admin/users/:user_id,issueToken POST/admin/tokens
receipts,markDelivered PUT/messages/:message_id/delivered message:delivered,markSeen PUT/messages/:message_id/seen message:seen,mark POST/rooms/:room_id/receipts
rooms,unread GET/unread-count,create POST/rooms,createDirect  chat:create,list GET/rooms,get GET/rooms/:room_id,update PATCH/rooms/:room_id,setPreferences PATCH/rooms/:room_id/preferences room:preferences:update,delete DELETE/rooms/:room_id,left GET/rooms/left,forgetLeft DELETE/rooms/left/:room_id,clear POST/rooms/:room_id/clear
chats,settings GET/users/me/chat-settings,setSettings PATCH/users/me/chat-settings
folders,list GET/folders,set PUT/folders
members,list GET/rooms/:room_id/members,add POST/rooms/:room_id/members,remove DELETE/rooms/:room_id/members/:user_id,setRole PATCH/rooms/:room_id/members/:user_id
groups,leave POST/rooms/:room_id/leave,joinConfirm POST/rooms/:room_id/join
invites,create POST/rooms/:room_id/invites,list GET/rooms/:room_id/invites,revoke DELETE/rooms/:room_id/invites/:code,preview GET/invites/:code
invitations,create POST/rooms/:room_id/invitations,list GET/invitations,decline DELETE/invitations/:room_id
joinRequests,list GET/rooms/:room_id/join-requests,decide POST/rooms/:room_id/join-requests/:user_id,withdraw DELETE/rooms/:room_id/join-requests
devices,register POST/devices/register,list GET/devices,logout POST/devices/:device_id/logout,sync  device:sync,testPush POST/devices/:device_id/test-push
push,config GET/push/config
presence,lastSeen GET/users/:user_id/presence,setStatusMessage PUT/users/me/status-message,subscribe  presence:subscribe,unsubscribe  presence:unsubscribe,typing  user:typing,stopTyping  user:stop_typing,focus  presence:focus
users,privacy GET/users/me/privacy,setPrivacy PATCH/users/me/privacy,me GET/users/me,update PATCH/users/me,get GET/users/:user_id,search GET/users,block PUT/users/:user_id/block,unblock DELETE/users/:user_id/block,blocked GET/blocks
sync,chats POST/sync/chats chats:sync,messages POST/sync/messages messages:sync
session,renew  session:renew`;
