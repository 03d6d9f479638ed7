package asn1view

import (
	"math/big"
	"strconv"
	"strings"
	"sync"
)

// DecodeOID is the content of an OBJECT IDENTIFIER with dots, and what is wrong
// with it. A long one is cut. X.690, Section 8.19.
func DecodeOID(b []byte) (dotted, problem string) {
	const most = 128 // bytes: no number in use comes near
	switch {
	case len(b) == 0:
		return "", "an OBJECT IDENTIFIER without a byte"
	case len(b) > most:
		return count(len(b), "byte"), "an OBJECT IDENTIFIER of more than " + strconv.Itoa(most) + " bytes"
	case b[len(b)-1]&0x80 != 0:
		problem = "truncated in an OBJECT IDENTIFIER"
	}
	var out strings.Builder
	for i := 0; i < len(b); {
		if b[i] == 0x80 {
			problem = "an OBJECT IDENTIFIER not in the shortest form"
		}
		start := i
		for i < len(b)-1 && b[i]&0x80 != 0 {
			i++
		}
		i++
		arc(&out, b[start:i], start == 0)
	}
	return out.String(), problem
}

// arc appends one number; the first holds two.
func arc(out *strings.Builder, b []byte, first bool) {
	if len(b) > 8 {
		n := new(big.Int)
		for _, c := range b {
			n.Lsh(n, 7).Or(n, big.NewInt(int64(c&0x7f)))
		}
		if first {
			out.WriteByte('2')
			n.Sub(n, big.NewInt(80))
		}
		out.WriteString("." + n.String())
		return
	}
	n := uint64(0)
	for _, c := range b {
		n = n<<7 | uint64(c&0x7f)
	}
	if first {
		top := min(n/40, 2)
		out.WriteString(strconv.FormatUint(top, 10))
		n -= 40 * top
	}
	out.WriteString("." + strconv.FormatUint(n, 10))
}

// OIDName is the name of an object identifier, or empty.
func OIDName(dotted string) string { return oidNames()[dotted] }

var oidNames = sync.OnceValue(func() map[string]string {
	m, prefix := map[string]string{}, ""
	for line := range strings.Lines(oidText) {
		words := strings.Fields(line)
		for i := 0; i < len(words); i += 2 {
			if words[0] == "+" {
				prefix = words[1]
			} else {
				m[prefix+words[i]] = words[i+1]
			}
		}
	}
	return m
})

// oidText is the object identifiers that are met in certificates and around
// them, as number and name below a common beginning.
const oidText = `
+ 2.5.4.
3 commonName 4 surname 5 serialNumber 6 countryName 7 localityName 8 stateOrProvinceName 9 streetAddress
10 organizationName 11 organizationalUnitName 12 title 13 description 15 businessCategory 17 postalCode
20 telephoneNumber 41 name 42 givenName 43 initials 44 generationQualifier 45 x500UniqueIdentifier
46 dnQualifier 65 pseudonym 97 organizationIdentifier
+ 0.9.2342.19200300.100.1.
1 userId 3 mail 25 domainComponent
+ 2.5.29.
9 subjectDirectoryAttributes 14 subjectKeyIdentifier 15 keyUsage 16 privateKeyUsagePeriod 17 subjectAltName
18 issuerAltName 19 basicConstraints 20 cRLNumber 21 reasonCode 23 holdInstructionCode 24 invalidityDate
27 deltaCRLIndicator 28 issuingDistributionPoint 29 certificateIssuer 30 nameConstraints
31 cRLDistributionPoints 32 certificatePolicies 32.0 anyPolicy 33 policyMappings 35 authorityKeyIdentifier
36 policyConstraints 37 extKeyUsage 37.0 anyExtendedKeyUsage 46 freshestCRL 54 inhibitAnyPolicy
+ 1.3.6.1.5.5.7.
1.1 authorityInfoAccess 1.3 qcStatements 1.11 subjectInfoAccess 1.12 logotype 1.24 tlsFeature
1.31 acmeIdentifier 2.1 cps 2.2 unotice
3.1 serverAuth 3.2 clientAuth 3.3 codeSigning 3.4 emailProtection 3.5 ipsecEndSystem 3.6 ipsecTunnel
3.7 ipsecUser 3.8 timeStamping 3.9 OCSPSigning 3.17 ipsecIKE 3.21 secureShellClient 3.22 secureShellServer
8.5 xmppAddr 8.7 dnsSRV 8.9 smtpUTF8Mailbox 11.2 qcsPkixQCSyntax-v2
48.1 ocsp 48.1.1 ocspBasic 48.1.2 ocspNonce 48.1.5 ocspNoCheck 48.2 caIssuers 48.3 timeStamping 48.5 caRepository
+ 1.2.840.113549.1.
1.1 rsaEncryption 1.2 md2WithRSAEncryption 1.4 md5WithRSAEncryption 1.5 sha1WithRSAEncryption 1.7 rsaesOaep
1.8 mgf1 1.10 rsassaPss 1.11 sha256WithRSAEncryption 1.12 sha384WithRSAEncryption 1.13 sha512WithRSAEncryption
1.14 sha224WithRSAEncryption 5.3 pbeWithMD5AndDES-CBC 5.12 pbkdf2 5.13 pbes2
7.1 data 7.2 signedData 7.3 envelopedData 7.5 digestedData 7.6 encryptedData
9.1 emailAddress 9.2 unstructuredName 9.3 contentType 9.4 messageDigest 9.5 signingTime 9.7 challengePassword
9.8 unstructuredAddress 9.14 extensionRequest 9.15 smimeCapabilities 9.16.1.4 tSTInfo 9.16.2.47 signingCertificateV2
9.20 friendlyName 9.21 localKeyId 12.1.3 pbeWithSHAAnd3-KeyTripleDES-CBC 12.10.1.2 pkcs8ShroudedKeyBag 12.10.1.3 certBag
+ 1.2.840.113549.
2.5 md5 2.7 hmacWithSHA1 2.9 hmacWithSHA256 3.7 des-ede3-cbc
+ 1.2.840.
10040.4.1 dsa 10040.4.3 dsa-with-sha1 10045.1.1 prime-field 10045.2.1 ecPublicKey 10045.3.1.1 secp192r1
10045.3.1.7 secp256r1 10045.4.1 ecdsa-with-SHA1 10045.4.3.1 ecdsa-with-SHA224 10045.4.3.2 ecdsa-with-SHA256
10045.4.3.3 ecdsa-with-SHA384 10045.4.3.4 ecdsa-with-SHA512 113533.7.65.0 entrustVersInfo
+ 1.3.132.0.
10 secp256k1 33 secp224r1 34 secp384r1 35 secp521r1
+ 1.3.101.
110 X25519 111 X448 112 Ed25519 113 Ed448
+ 1.3.14.3.2.
26 sha1 29 sha1WithRSASignature
+ 2.16.840.1.101.3.4.
1.2 aes128-CBC 1.22 aes192-CBC 1.42 aes256-CBC 1.46 aes256-GCM 2.1 sha256 2.2 sha384 2.3 sha512 2.4 sha224
2.8 sha3-256 2.11 shake128 2.12 shake256 3.1 dsa-with-sha224 3.2 dsa-with-sha256
3.17 ML-DSA-44 3.18 ML-DSA-65 3.19 ML-DSA-87 4.1 ML-KEM-512 4.2 ML-KEM-768 4.3 ML-KEM-1024
+ 2.23.140.1.
1 extended-validation 2.1 domain-validated 2.2 organization-validated 2.3 individual-validated 3 ev-code-signing
4.1 code-signing 5.1.1 smime-mailbox-legacy 31 tor-service-descriptor
+ 2.23.140.
3.1 cabfOrganizationIdentifier
+ 2.16.840.1.113730.
1.1 netscape-cert-type 1.2 netscape-base-url 1.3 netscape-revocation-url 1.8 netscape-ca-policy-url
1.12 netscape-ssl-server-name 1.13 netscape-comment 4.1 netscape-sgc
+ 1.3.6.1.4.1.311.
2.1.21 individualCodeSigning 10.3.3 microsoft-sgc 10.3.4 encryptingFileSystem 10.3.11 keyRecovery 10.3.12 documentSigning
20.2 enrollCertType 20.2.2 smartcardLogon 20.2.3 userPrincipalName 21.1 caVersion 21.2 previousCertHash
21.7 certificateTemplate 21.10 applicationPolicies 25.2 ntdsCASecurity 60.2.1.1 jurisdictionLocality
60.2.1.2 jurisdictionStateOrProvince 60.2.1.3 jurisdictionCountry
+ 1.3.6.1.4.1.
11129.2.4.2 signedCertificateTimestampList 11129.2.4.3 ctPoison 11129.2.4.4 ctPrecertificateSigning 11129.2.4.5 ocspSCTs
44363.44 delegationUsage 44947.1.1.1 isrg-domain-validated
`
