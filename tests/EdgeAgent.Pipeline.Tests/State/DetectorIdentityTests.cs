using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Tests.State;

public sealed class DetectorIdentityTests
{
    /// <summary>
    /// An update of the program must not take from devices what they have learned: a new key of the manifest may not show where it is not
    /// used. Whoever changes one of these manifests changes its digests here.
    /// </summary>
    [Theory]
    [InlineData(
        "pump-health", "d7dec21a03d5ef98ba5535348373e57daae687cf0e89e9e63996cc4648dfa10f",
        "a5a9532205b0c3b1b62e6634877b995592149a88733828d3472c8c19c1940197")]
    [InlineData(
        "vibration", "91237578081b8be6c94e01ece3c6b2f521dcf75d10c2b7e4c5a200be59a1c301",
        "45c20c6d9c197e5e953fd3c297e67a8178223cf9c172a86fb4b3a3d7b7d9297d")]
    public void A_manifest_means_the_same_to_every_version(string bundle, string model, string calibration)
    {
        var identity = new DetectorIdentity("d", ModelBundle.Load(Repository.File($"models/{bundle}")).Manifest);
        Assert.Equal((model, calibration), (Convert.ToHexStringLower(identity.Model), Convert.ToHexStringLower(identity.Calibration)));
    }
}
