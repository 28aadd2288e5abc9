package suites

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // for crypto.SHA384 and crypto.SHA512
	"encoding/asn1"
	"errors"
	"math/big"
	"sync"
)

// Our own keys: no API knows them, and they sign nothing that anyone trusts. They are the same in every run, and so are
// the signatures that they make: same good token, same bytes sent.

// ownSecret is our key of HMAC, and what our keys of the curves are made from.
var ownSecret = sha256.Sum256([]byte("conform: a key that no API knows"))

// ownSignature signs a text with our own key, by an algorithm of RFC 7518, section 3.1, or RFC 8037, section 3.1. The error
// is for algorithms that it does not know, and for PS256 and its like, which sign the same text otherwise each time.
func ownSignature(algorithm, text string) ([]byte, error) {
	if algorithm == "EdDSA" {
		return ed25519.Sign(ed25519.NewKeyFromSeed(ownSecret[:]), []byte(text)), nil
	}
	family, size := algorithm[:min(2, len(algorithm))], algorithm[min(2, len(algorithm)):]
	hash, ok := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[size]
	if !ok {
		return nil, errors.New("an algorithm that is not known")
	}
	h := hash.New()
	h.Write([]byte(text))
	switch family {
	case "HS":
		mac := hmac.New(hash.New, ownSecret[:])
		mac.Write([]byte(text))
		return mac.Sum(nil), nil
	case "RS":
		return rsa.SignPKCS1v15(nil, ownRSA(), hash, h.Sum(nil))
	case "ES":
		curve := map[string]elliptic.Curve{"256": elliptic.P256(), "384": elliptic.P384(), "512": elliptic.P521()}[size]
		return signECDSA(curve, hash, h.Sum(nil))
	}
	return nil, errors.New("an algorithm whose signatures are not known, or never the same")
}

// signECDSA returns r and s, each as long as the order of the curve (RFC 7518, section 3.4). Without random numbers they
// are those of RFC 6979: always the same.
func signECDSA(curve elliptic.Curve, hash crypto.Hash, digest []byte) ([]byte, error) {
	key, err := ownECDSA(curve)
	if err != nil {
		return nil, err
	}
	der, err := key.Sign(nil, digest, hash)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	size := coordinate(curve)
	signature := make([]byte, 2*size)
	pair.R.FillBytes(signature[:size])
	pair.S.FillBytes(signature[size:])
	return signature, nil
}

func ownECDSA(curve elliptic.Curve) (*ecdsa.PrivateKey, error) {
	scalar := make([]byte, coordinate(curve))
	copy(scalar[len(scalar)-len(ownSecret):], ownSecret[:])
	return ecdsa.ParseRawPrivateKey(curve, scalar)
}

// coordinate returns how many bytes a coordinate of the curve has.
func coordinate(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }

// ownRSA returns our key of 2048 bits.
var ownRSA = sync.OnceValue(func() *rsa.PrivateKey {
	p, _ := new(big.Int).SetString(ownPrimes[0], 16)
	q, _ := new(big.Int).SetString(ownPrimes[1], 16)
	less := func(n *big.Int) *big.Int { return new(big.Int).Sub(n, big.NewInt(1)) }
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, Primes: []*big.Int{p, q}}
	key.D = new(big.Int).ModInverse(big.NewInt(65537), new(big.Int).Mul(less(p), less(q)))
	key.Precompute()
	return key
})

// ownPrimes are the factors of our modulus, as anyone may have them.
var ownPrimes = [2]string{
	"fa28834a3dd77ea232f532a45f3396cf69ce7a3e96f8c0a8c2dcbb8856c06570d95613914ca11dd8ec4694c604f16fb5483d1b4da6b4bb6f9d48d51beb9cea5185fe76440dc7c01870fb09132ad119fcf2c5a74f3a410cfb1fc8592e92deaa762ec835f256f2a8415f436d326faf0ff4af4e8a5e2ce6caf78e3649c2a6aa042b",
	"dd545dc78a8cd8ebc482ecdbecb3a9c517cb89d58bd5c94bcb8f90ece6d38d5a938b14728dd3e4bbf959cfdb8fbac348bb4e66d73e69586cc606ae0e7e29d920d2942d0e0cdcc97e046abcb6e705e6e39a5a9cd47723c9b8b022efade8f91ed00e2b70bf66d471c25fb2a9d02ebc4a9876c41596526ac6941ffe03486578701d",
}
