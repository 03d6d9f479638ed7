package asn1view

import (
	"strconv"
	"strings"
	"sync"

	"tlsplay/sim/trace"
)

// schemaText is the ASN.1 of the RFCs in short. A type is a line "Name KIND",
// its fields are the indented lines below it: name, tag, type. A tag [1] is
// implicit, [1]! explicit. A question mark ends what is optional. Types:
//
//	*T +T          SEQUENCE OF, SET OF
//	octets(T)      an OCTET STRING that holds a T, bits(T) a BIT STRING
//	@table         what the table says for the object identifier before it
//
// The words behind INTEGER, ENUMERATED and BITS name values, from 0 on. Lines
// "@table oid T" fill the tables.
const schemaText = `
// RFC 5280, Sections 4.1 and 4.2
Certificate SEQUENCE
 tbsCertificate TBSCertificate
 signatureAlgorithm AlgorithmIdentifier
 signatureValue bits(@signature)
TBSCertificate SEQUENCE
 version [0]! Version ?
 serialNumber INTEGER
 signature AlgorithmIdentifier
 issuer Name
 validity Validity
 subject Name
 subjectPublicKeyInfo SubjectPublicKeyInfo
 issuerUniqueID [1] BITS ?
 subjectUniqueID [2] BITS ?
 extensions [3]! Extensions ?
Version INTEGER v1 v2 v3
Validity SEQUENCE
 notBefore TIME
 notAfter TIME
SubjectPublicKeyInfo SEQUENCE
 algorithm AlgorithmIdentifier
 subjectPublicKey bits(@key)
AlgorithmIdentifier SEQUENCE
 algorithm OID
 parameters @parameters ?
Name *RelativeDistinguishedName
RelativeDistinguishedName +AttributeTypeAndValue
AttributeTypeAndValue SEQUENCE
 type OID
 value ANY
Extensions *Extension
Extension SEQUENCE
 extnID OID
 critical BOOLEAN ?
 extnValue octets(@extension)
GeneralNames *GeneralName
GeneralName CHOICE
 otherName [0] OtherName
 rfc822Name [1] IA5
 dNSName [2] IA5
 x400Address [3] ANY
 directoryName [4]! Name
 ediPartyName [5] ANY
 uniformResourceIdentifier [6] IA5
 iPAddress [7] IP
 registeredID [8] OID
OtherName SEQUENCE
 type-id OID
 value [0]! ANY
IP OCTETS
AuthorityKeyIdentifier SEQUENCE
 keyIdentifier [0] OCTETS ?
 authorityCertIssuer [1] GeneralNames ?
 authorityCertSerialNumber [2] INTEGER ?
SubjectKeyIdentifier OCTETS
KeyUsage BITS digitalSignature contentCommitment keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign encipherOnly decipherOnly
PrivateKeyUsagePeriod SEQUENCE
 notBefore [0] GENERALIZED ?
 notAfter [1] GENERALIZED ?
CertificatePolicies *PolicyInformation
PolicyInformation SEQUENCE
 policyIdentifier OID
 policyQualifiers *PolicyQualifierInfo ?
PolicyQualifierInfo SEQUENCE
 policyQualifierId OID
 qualifier @qualifier
CPSuri IA5
UserNotice SEQUENCE
 noticeRef NoticeReference ?
 explicitText STRING ?
NoticeReference SEQUENCE
 organization STRING
 noticeNumbers *INTEGER
PolicyMappings *PolicyMapping
PolicyMapping SEQUENCE
 issuerDomainPolicy OID
 subjectDomainPolicy OID
SubjectDirectoryAttributes *Attribute
Attribute SEQUENCE
 type OID
 values +@attribute
BasicConstraints SEQUENCE
 cA BOOLEAN ?
 pathLenConstraint INTEGER ?
NameConstraints SEQUENCE
 permittedSubtrees [0] GeneralSubtrees ?
 excludedSubtrees [1] GeneralSubtrees ?
GeneralSubtrees *GeneralSubtree
GeneralSubtree SEQUENCE
 base GeneralName
 minimum [0] INTEGER ?
 maximum [1] INTEGER ?
PolicyConstraints SEQUENCE
 requireExplicitPolicy [0] INTEGER ?
 inhibitPolicyMapping [1] INTEGER ?
ExtKeyUsageSyntax *KeyPurposeId
KeyPurposeId OID
InhibitAnyPolicy INTEGER
CRLDistributionPoints *DistributionPoint
DistributionPoint SEQUENCE
 distributionPoint [0]! DistributionPointName ?
 reasons [1] ReasonFlags ?
 cRLIssuer [2] GeneralNames ?
DistributionPointName CHOICE
 fullName [0] GeneralNames
 nameRelativeToCRLIssuer [1] RelativeDistinguishedName
ReasonFlags BITS unused keyCompromise cACompromise affiliationChanged superseded cessationOfOperation certificateHold privilegeWithdrawn aACompromise
AuthorityInfoAccessSyntax *AccessDescription
AccessDescription SEQUENCE
 accessMethod OID
 accessLocation GeneralName
SignedCertificateTimestampList OCTETS
Features *INTEGER
NetscapeCertType BITS SSL-client SSL-server S/MIME object-signing reserved SSL-CA S/MIME-CA object-signing-CA
QCStatements *QCStatement
QCStatement SEQUENCE
 statementId OID
 statementInfo ANY ?
CABFOrganizationIdentifier SEQUENCE
 registrationSchemeIdentifier PRINTABLE
 registrationCountry PRINTABLE
 registrationStateOrProvince [0] STRING ?
 registrationReference STRING
@extension 2.5.29.9 SubjectDirectoryAttributes
@extension 2.5.29.14 SubjectKeyIdentifier
@extension 2.5.29.15 KeyUsage
@extension 2.5.29.16 PrivateKeyUsagePeriod
@extension 2.5.29.17 GeneralNames
@extension 2.5.29.18 GeneralNames
@extension 2.5.29.19 BasicConstraints
@extension 2.5.29.30 NameConstraints
@extension 2.5.29.31 CRLDistributionPoints
@extension 2.5.29.32 CertificatePolicies
@extension 2.5.29.33 PolicyMappings
@extension 2.5.29.35 AuthorityKeyIdentifier
@extension 2.5.29.36 PolicyConstraints
@extension 2.5.29.37 ExtKeyUsageSyntax
@extension 2.5.29.46 CRLDistributionPoints
@extension 2.5.29.54 InhibitAnyPolicy
@extension 1.3.6.1.5.5.7.1.1 AuthorityInfoAccessSyntax
@extension 1.3.6.1.5.5.7.1.11 AuthorityInfoAccessSyntax
@extension 1.3.6.1.5.5.7.1.3 QCStatements
@extension 1.3.6.1.5.5.7.1.24 Features
@extension 1.3.6.1.4.1.11129.2.4.2 SignedCertificateTimestampList
@extension 1.3.6.1.4.1.11129.2.4.5 SignedCertificateTimestampList
@extension 2.16.840.1.113730.1.1 NetscapeCertType
@extension 1.3.6.1.4.1.311.21.10 CertificatePolicies
@extension 2.23.140.3.1 CABFOrganizationIdentifier
@qualifier 1.3.6.1.5.5.7.2.1 CPSuri
@qualifier 1.3.6.1.5.5.7.2.2 UserNotice
// RFC 5280, Section 5.1
CertificateList SEQUENCE
 tbsCertList TBSCertList
 signatureAlgorithm AlgorithmIdentifier
 signatureValue bits(@signature)
TBSCertList SEQUENCE
 version Version ?
 signature AlgorithmIdentifier
 issuer Name
 thisUpdate TIME
 nextUpdate TIME ?
 revokedCertificates RevokedCertificates ?
 crlExtensions [0]! Extensions ?
RevokedCertificates *RevokedCertificate
RevokedCertificate SEQUENCE
 userCertificate INTEGER
 revocationDate TIME
 crlEntryExtensions Extensions ?
IssuingDistributionPoint SEQUENCE
 distributionPoint [0]! DistributionPointName ?
 onlyContainsUserCerts [1] BOOLEAN ?
 onlyContainsCACerts [2] BOOLEAN ?
 onlySomeReasons [3] ReasonFlags ?
 indirectCRL [4] BOOLEAN ?
 onlyContainsAttributeCerts [5] BOOLEAN ?
CRLNumber INTEGER
CRLReason ENUMERATED unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation certificateHold - removeFromCRL privilegeWithdrawn aACompromise
@extension 2.5.29.20 CRLNumber
@extension 2.5.29.27 CRLNumber
@extension 2.5.29.28 IssuingDistributionPoint
@extension 2.5.29.21 CRLReason
@extension 2.5.29.29 GeneralNames
// RFC 2986, Section 4
CertificationRequest SEQUENCE
 certificationRequestInfo CertificationRequestInfo
 signatureAlgorithm AlgorithmIdentifier
 signature bits(@signature)
CertificationRequestInfo SEQUENCE
 version RequestVersion
 subject Name
 subjectPKInfo SubjectPublicKeyInfo
 attributes [0] Attributes
RequestVersion INTEGER v1
Attributes +Attribute
@attribute 1.2.840.113549.1.9.14 Extensions
// Keys: RFC 8017, Appendix A.1; RFC 5915, Section 3; RFC 5958, Section 2; RFC
// 8410, Section 7; RFC 5958, Section 3. Signatures: RFC 3279, Section 2.2.3; RFC
// 8017, Appendix A.2.3.
RSAPublicKey SEQUENCE
 modulus INTEGER
 publicExponent INTEGER
RSAPrivateKey SEQUENCE
 version INTEGER
 modulus INTEGER
 publicExponent INTEGER
 privateExponent SECRET
 prime1 SECRET
 prime2 SECRET
 exponent1 SECRET
 exponent2 SECRET
 coefficient SECRET
 otherPrimeInfos ANY ?
ECPrivateKey SEQUENCE
 version INTEGER
 privateKey SECRETS
 parameters [0]! ANY ?
 publicKey [1]! BITS ?
OneAsymmetricKey SEQUENCE
 version INTEGER
 privateKeyAlgorithm AlgorithmIdentifier
 privateKey octets(@private)
 attributes [0] Attributes ?
 publicKey [1] BITS ?
CurvePrivateKey SECRETS
EncryptedPrivateKeyInfo SEQUENCE
 encryptionAlgorithm AlgorithmIdentifier
 encryptedData SECRETS
PFX SEQUENCE
 version INTEGER
 authSafe ContentInfo
 macData ANY ?
ECDSA-Sig-Value SEQUENCE
 r INTEGER
 s INTEGER
RSASSA-PSS-params SEQUENCE
 hashAlgorithm [0]! AlgorithmIdentifier ?
 maskGenAlgorithm [1]! AlgorithmIdentifier ?
 saltLength [2]! INTEGER ?
 trailerField [3]! INTEGER ?
DSAParameters SEQUENCE
 p INTEGER
 q INTEGER
 g INTEGER
DSAPublicKey INTEGER
RAW ANY
@key 1.2.840.113549.1.1.1 RSAPublicKey
@key 1.2.840.113549.1.1.10 RSAPublicKey
@key 1.2.840.10040.4.1 DSAPublicKey
@key 1.2.840.10045.2.1 RAW
@key 1.3.101.110 RAW
@key 1.3.101.111 RAW
@key 1.3.101.112 RAW
@key 1.3.101.113 RAW
@private 1.2.840.113549.1.1.1 RSAPrivateKey
@private 1.2.840.113549.1.1.10 RSAPrivateKey
@private 1.2.840.10045.2.1 ECPrivateKey
@private 1.3.101.110 CurvePrivateKey
@private 1.3.101.111 CurvePrivateKey
@private 1.3.101.112 CurvePrivateKey
@private 1.3.101.113 CurvePrivateKey
@parameters 1.2.840.113549.1.1.10 RSASSA-PSS-params
@parameters 1.2.840.113549.1.1.8 AlgorithmIdentifier
@parameters 1.2.840.10040.4.1 DSAParameters
@signature 1.2.840.113549.1.1.4 RAW
@signature 1.2.840.113549.1.1.5 RAW
@signature 1.2.840.113549.1.1.10 RAW
@signature 1.2.840.113549.1.1.11 RAW
@signature 1.2.840.113549.1.1.12 RAW
@signature 1.2.840.113549.1.1.13 RAW
@signature 1.3.101.112 RAW
@signature 1.3.101.113 RAW
@signature 1.2.840.10040.4.3 ECDSA-Sig-Value
@signature 2.16.840.1.101.3.4.3.2 ECDSA-Sig-Value
@signature 1.2.840.10045.4.1 ECDSA-Sig-Value
@signature 1.2.840.10045.4.3.1 ECDSA-Sig-Value
@signature 1.2.840.10045.4.3.2 ECDSA-Sig-Value
@signature 1.2.840.10045.4.3.3 ECDSA-Sig-Value
@signature 1.2.840.10045.4.3.4 ECDSA-Sig-Value
// RFC 6960, Sections 4.1 and 4.2
OCSPRequest SEQUENCE
 tbsRequest TBSRequest
 optionalSignature [0]! ANY ?
TBSRequest SEQUENCE
 version [0]! INTEGER ?
 requestorName [1]! GeneralName ?
 requestList *Request
 requestExtensions [2]! Extensions ?
Request SEQUENCE
 reqCert CertID
 singleRequestExtensions [0]! Extensions ?
CertID SEQUENCE
 hashAlgorithm AlgorithmIdentifier
 issuerNameHash OCTETS
 issuerKeyHash OCTETS
 serialNumber INTEGER
OCSPResponse SEQUENCE
 responseStatus OCSPResponseStatus
 responseBytes [0]! ResponseBytes ?
OCSPResponseStatus ENUMERATED successful malformedRequest internalError tryLater - sigRequired unauthorized
ResponseBytes SEQUENCE
 responseType OID
 response octets(@response)
BasicOCSPResponse SEQUENCE
 tbsResponseData ResponseData
 signatureAlgorithm AlgorithmIdentifier
 signature bits(@signature)
 certs [0]! *Certificate ?
ResponseData SEQUENCE
 version [0]! INTEGER ?
 responderID ResponderID
 producedAt GENERALIZED
 responses *SingleResponse
 responseExtensions [1]! Extensions ?
ResponderID CHOICE
 byName [1]! Name
 byKey [2]! KeyHash
KeyHash OCTETS
SingleResponse SEQUENCE
 certID CertID
 certStatus CertStatus
 thisUpdate GENERALIZED
 nextUpdate [0]! GENERALIZED ?
 singleExtensions [1]! Extensions ?
CertStatus CHOICE
 good [0] NULL
 revoked [1] RevokedInfo
 unknown [2] NULL
RevokedInfo SEQUENCE
 revocationTime GENERALIZED
 revocationReason [0]! CRLReason ?
@response 1.3.6.1.5.5.7.48.1.1 BasicOCSPResponse
// RFC 5652, Sections 3 and 5.1
ContentInfo SEQUENCE
 contentType OID
 content [0]! @content ?
SignedData SEQUENCE
 version INTEGER
 digestAlgorithms +AlgorithmIdentifier
 encapContentInfo EncapsulatedContentInfo
 certificates [0] CertificateSet ?
 crls [1] RevocationInfoChoices ?
 signerInfos +SignerInfo
EncapsulatedContentInfo SEQUENCE
 eContentType OID
 eContent [0]! ANY ?
CertificateSet +CertificateChoices
CertificateChoices CHOICE
 certificate Certificate
 other ANY
RevocationInfoChoices +RevocationInfoChoice
RevocationInfoChoice CHOICE
 crl CertificateList
 other ANY
SignerInfo SEQUENCE
 version INTEGER
 sid SignerIdentifier
 digestAlgorithm AlgorithmIdentifier
 signedAttrs [0] Attributes ?
 signatureAlgorithm AlgorithmIdentifier
 signature OCTETS
 unsignedAttrs [1] Attributes ?
SignerIdentifier CHOICE
 issuerAndSerialNumber IssuerAndSerialNumber
 subjectKeyIdentifier [0] OCTETS
IssuerAndSerialNumber SEQUENCE
 issuer Name
 serialNumber INTEGER
@content 1.2.840.113549.1.7.2 SignedData
`

// schema is schemaText, read.
type schema struct {
	types  map[string]*typ
	tables map[string]*typ // by "table oid"
}

type kind uint8

const (
	anything kind = iota
	primitive
	sequence
	set
	sequenceOf
	setOf
	choice
	octetsOf
	bitsOf
	open // by object identifier
)

// typ is an ASN.1 type.
type typ struct {
	name   string
	id     trace.FieldID // of an element of the type that is no field, can be empty
	kind   kind
	tag    int // the universal tag, -1 where several or none will do
	names  []string
	secret bool // not to be shown
	elem   *typ
	fields []field
}

type field struct {
	name               string
	id                 trace.FieldID
	typ                *typ
	tag                int // context-specific, or -1
	explicit, optional bool
}

var anyType = &typ{name: "ANY", tag: -1}

// primitives are the types without parts, with their tags; TIME and STRING are
// choices among universal types, and the SECRETs are not to be shown.
const primitives = "BOOLEAN 1 INTEGER 2 ENUMERATED 10 BITS 3 OCTETS 4 NULL 5 OID 6 IA5 22 PRINTABLE 19 GENERALIZED 24 " +
	"TIME -1 STRING -1 SECRET 2 SECRETS 4"

var theSchema = sync.OnceValue(func() *schema {
	s := &schema{types: map[string]*typ{"ANY": anyType}, tables: map[string]*typ{}}
	for words := strings.Fields(primitives); len(words) > 1; words = words[2:] {
		tag, _ := strconv.Atoi(words[1])
		s.types[words[0]] = &typ{name: words[0], kind: primitive, tag: tag, secret: words[0][0] == 'S' && tag >= 0}
	}
	var t *typ
	for line := range strings.Lines(schemaText) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "//":
		case line[0] == '@':
			s.tables[words[0][1:]+" "+words[1]] = s.named(words[2])
		case line[0] == ' ':
			t.fields = append(t.fields, s.field(t, words))
		default:
			t = s.named(words[0])
			s.define(t, words[1:])
		}
	}
	return s
})

// named is the type of that name, which can be defined later.
func (s *schema) named(name string) *typ {
	if t := s.types[name]; t != nil {
		return t
	}
	t := &typ{name: name, id: trace.FieldID(name), tag: -1}
	s.types[name] = t
	return t
}

// define makes t what the words behind its name say.
func (s *schema) define(t *typ, words []string) {
	switch words[0] {
	case "SEQUENCE":
		t.kind, t.tag = sequence, tagSequence
	case "SET":
		t.kind, t.tag = set, tagSet
	case "CHOICE":
		t.kind, t.id = choice, ""
	default:
		of := s.expression(words[0])
		t.kind, t.tag, t.elem, t.secret, t.names = of.kind, of.tag, of.elem, of.secret, words[1:]
	}
}

// expression is the type that a word names or makes.
func (s *schema) expression(word string) *typ {
	inner, wrapped := strings.CutSuffix(word, ")")
	switch {
	case word[0] == '*':
		return &typ{name: word, kind: sequenceOf, tag: tagSequence, elem: s.expression(word[1:])}
	case word[0] == '+':
		return &typ{name: word, kind: setOf, tag: tagSet, elem: s.expression(word[1:])}
	case word[0] == '@':
		return &typ{name: word[1:], kind: open, tag: -1}
	case wrapped && inner[0] == 'o':
		return &typ{name: word, kind: octetsOf, tag: tagOctetString, elem: s.expression(inner[len("octets("):])}
	case wrapped:
		return &typ{name: word, kind: bitsOf, tag: tagBitString, elem: s.expression(inner[len("bits("):])}
	}
	return s.named(word)
}

func (s *schema) field(t *typ, words []string) field {
	f := field{name: words[0], id: trace.FieldID(t.name + "." + words[0]), tag: -1}
	words = words[1:]
	if words[0][0] == '[' {
		digits, explicit := strings.CutSuffix(words[0], "!")
		f.tag, _ = strconv.Atoi(strings.Trim(digits, "[]"))
		f.explicit, words = explicit, words[1:]
	}
	f.typ = s.expression(words[0])
	f.optional = len(words) > 1
	return f
}

// by is t with what the tables say for oid in place of an open type.
func (t *typ) by(oid string) *typ {
	of := t
	if t.elem != nil {
		of = t.elem
	}
	if of.kind != open {
		return t
	}
	found := theSchema().tables[of.name+" "+oid]
	switch {
	case found == nil && of == t:
		return anyType
	case found == nil:
		found = anyType
	case of == t:
		return found
	}
	u := *t
	u.elem = found
	return &u
}

// resolve is the alternative of a CHOICE that begins with h.
func (t *typ) resolve(h *header) (*typ, *field) {
	if t.kind == choice {
		for i := range t.fields {
			if f := &t.fields[i]; f.takes(h) {
				return f.typ, f
			}
		}
	}
	return t, nil
}

// takes tells whether an element with *header h can be the field.
func (f *field) takes(h *header) bool {
	if f.tag >= 0 {
		return h.class == context && h.number == f.tag
	}
	return f.typ.takes(h)
}

func (t *typ) takes(h *header) bool {
	switch {
	case t.kind == anything || t.kind == open:
		return true
	case t.kind == choice:
		_, f := t.resolve(h)
		return f != nil
	case h.class != universal:
		return false
	case t.name == "TIME":
		return h.number == tagUTCTime || h.number == tagGeneralized
	case t.name == "STRING":
		return h.number == tagUTF8String || h.number >= tagNumeric && h.number <= tagBMP && h.number != tagUTCTime && h.number != tagGeneralized
	}
	return h.number == t.tag
}

// describe names the type for people.
func (t *typ) describe() string {
	if t.tag >= 0 {
		return universalNames[t.tag]
	}
	return t.name
}
