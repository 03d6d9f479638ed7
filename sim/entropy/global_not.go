//go:build !tlsplay_seeded

package entropy

// Native is the host of a native program: none unless built as global.go says.
var Native Host
