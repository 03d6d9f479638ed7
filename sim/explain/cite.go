package explain

import "strings"

// RFCAddress is where a section can be read: the address for "RFC 8446, Section
// 4.1.2", "RFC 8446, Appendix D.4" or "draft-ietf-tls-mlkem, Section 4". It
// is empty for anything else, such as a standard that is no web page. The page
// links there and never fetches it.
func RFCAddress(cite string) string {
	document, place, ok := strings.Cut(cite, ", ")
	if !ok {
		return ""
	}
	kind, number, ok := strings.Cut(place, " ")
	if !ok || !sectionNumber(kind, number) {
		return ""
	}
	anchor := "#" + strings.ToLower(kind) + "-" + number
	if n, ok := strings.CutPrefix(document, "RFC "); ok && digits(n) && n[0] != '0' && len(n) <= 5 {
		return "https://www.rfc-editor.org/rfc/rfc" + n + anchor
	}
	if name, ok := strings.CutPrefix(document, "draft-"); ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		return "https://datatracker.ietf.org/doc/html/" + document + anchor
	}
	return ""
}

// wellFormed accepts what RFCAddress has an address for, and FIPS standards.
func wellFormed(cite string) bool {
	if rest, ok := strings.CutPrefix(cite, "FIPS "); ok {
		n, section, ok := strings.Cut(rest, ", Section ")
		return ok && digits(strings.Replace(n, "-", "", 1)) && sectionNumber("Section", section)
	}
	return RFCAddress(cite) != ""
}

// sectionNumber tells whether number is that of a Section (4.1.2) or an Appendix
// (D.4).
func sectionNumber(kind, number string) bool {
	for i, part := range strings.Split(number, ".") {
		switch {
		case kind == "Appendix" && i == 0:
			if len(part) != 1 || part[0] < 'A' || part[0] > 'Z' {
				return false
			}
		case kind != "Appendix" && kind != "Section", !digits(part), part[0] == '0':
			return false
		}
	}
	return true
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
