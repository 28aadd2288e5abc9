package suites

import "strings"

// Catalog lists every probe, grouped by family, in the order reports show them.
//
// The variants of a probe are short slugs without spaces: "truncated" has half and last-byte. Where a request has several places
// to break, the place stands before the slug: "guid:short" for a parameter, "/data/id:string" for a member of the
// body, and the place alone where it can be broken in one way: "/data/id".
var Catalog = []Probe{
	unknownRoute,
	malformedEscape,
	overlongRoute,

	undeclaredMethod,
	unknownMethod,
	lowercaseMethod,
	traceMethod,
	optionsMethod,
	headTwin,

	missingCredential,
	garbageCredential,
	malformedCredential,
	wrongScheme,
	credentialTwice,
	inQuery,
	tamperedSignature,
	algNone,
	wrongKey,
	expiredClaim,
	notYetValid,
	wrongAudience,
	wrongIssuer,
	expiredCredential,
	insufficientCredential,

	missingContentType,
	unsupportedContentType,
	malformedContentType,
	contentTypeParameter,
	otherCharset,
	unknownEncoding,
	wrongBoundary,

	unacceptable,
	zeroWeight,
	malformedAccept,
	acceptParameter,

	emptyBody,
	truncatedBody,
	trailingComma,
	singleQuotes,
	bareWord,
	trailingBytes,
	notANumber,
	invalidUTF8,
	duplicateMember,
	byteOrderMark,
	deepBody,

	nullBody,
	arrayBody,
	scalarBody,
	emptyObject,

	missingMember,
	nullMember,
	wrongType,
	wrongFormat,
	unlistedValue,
	valueOutOfRange,
	wrongLength,
	wrongPattern,
	wrongItems,
	wrongProperties,
	memberControl,
	hugeNumber,
	quotedMember,
	unknownMember,
	unknownReference,

	malformedIdentifier,
	wrongVersion,
	unknownIdentifier,
	deletedIdentifier,
	nilIdentifier,
	overlongIdentifier,
	encodedSlash,

	malformedQuery,
	missingQuery,
	unknownQuery,
	repeatedQuery,
	queryOutOfRange,

	missingField,
	malformedField,
	overlongField,
	manyFields,
	controlCharacter,
	fieldTwice,

	largeBody,

	duplicateCreation,
	otherIdentity,
	otherType,
	clientID,

	staleETag,
	missingPrecondition,
	noneMatch,

	markedPath,
	markedQuery,
	markedHeader,
	markedMemberName,
	markedMemberValue,
	lineBreak,

	rateLimited,
	burst,

	noHost,
	twoHosts,
	badHost,
	twoLengths,
	badLength,
	lengthAndChunked,
	chunkedBefore11,
	badChunk,
	unknownCoding,
	spaceBeforeColon,
	badName,
	foldedField,
	badVersion,
	garbageLine,

	serverFault,
	serverUnavailable,
}

// variantOf names a case by the place that is broken and, where that can be broken in several ways, a slug.
func variantOf(place, slug string) string {
	if slug == "" {
		return place
	}
	return place + ":" + slug
}

// Family returns the first part of the probe's name: "syntax" of syntax.truncated.
func (p Probe) Family() string {
	family, _, _ := strings.Cut(p.Name, ".")
	return family
}

// Is reports whether name is the probe's own or that of its family, as requirements name probes.
func (p Probe) Is(name string) bool { return p.Name == name || p.Family() == name }

// Named returns the probe of that name, or all probes of the family of that name, in catalogue order; none if there is no such name.
func Named(name string) []Probe {
	var probes []Probe
	for _, p := range Catalog {
		if p.Is(name) {
			probes = append(probes, p)
		}
	}
	return probes
}

// Names returns the names of all probes, in catalogue order.
func Names() []string {
	names := make([]string, len(Catalog))
	for i, p := range Catalog {
		names[i] = p.Name
	}
	return names
}
