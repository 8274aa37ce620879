using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

public sealed class ModelBundleTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Folder => _temp.File("sum");
    private string Manifest => Path.Combine(Folder, ModelBundle.ManifestFile);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_bundle_that_we_ship_loads()
    {
        var bundle = ModelBundle.Load(Repository.Model);

        Assert.Equal("pump-health", bundle.Manifest.Name);
        Assert.Equal(8, bundle.ChannelNames.Count);
    }

    [Fact]
    public void A_missing_folder_is_named() => AssertRefused("no such folder", Folder);

    [Fact]
    public void A_missing_manifest_is_named()
    {
        Directory.CreateDirectory(Folder);
        AssertRefused("missing; a bundle needs its manifest", Manifest);
    }

    [Fact]
    public void Broken_JSON_is_told_with_its_line()
    {
        Write("{\n  \"format\": 1,\n  \"name\" \"x\"\n}");
        AssertRefused($"{Manifest}:3:", Manifest);
    }

    [Fact]
    public void An_unknown_key_is_told_with_its_line_and_name()
    {
        Write("{\n  \"format\": 1,\n  \"stride\": 3\n}");
        AssertRefused($"{Manifest}:3:", "stride");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"channels\": null}")]
    [InlineData("{\"window\": null}")]
    [InlineData("{\"name\": null}")]
    [InlineData("{\"name\": \"n\", \"version\": \"1\", \"channels\": [null]}")]
    [InlineData("{\"name\": \"n\", \"version\": \"1\", \"channels\": [{\"name\": \"a\", \"floor\": 1}], "
        + "\"window\": {\"length\": 4}, \"input\": {\"layout\": \"features\", \"features\": [null]}}")]
    public void A_manifest_without_content_is_refused_not_a_crash(string json)
    {
        Write(json);
        AssertRefused(Manifest, Manifest);
    }

    [Fact]
    public void A_wrong_digest_is_told_with_both_digests()
    {
        TinyBundle.Write(Folder, TinyBundle.Sum("a") with { Sha256 = new string('0', 64) }, TinyBundle.SumModel(1));
        AssertRefused("SHA-256", new string('0', 64));
    }

    [Fact]
    public void A_missing_model_file_is_named()
    {
        TinyBundle.Write(Folder, TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        File.Delete(Path.Combine(Folder, "model.onnx"));
        AssertRefused("missing; the manifest names it", "model.onnx");
    }

    [Fact]
    public void Comments_and_trailing_commas_are_allowed()
    {
        TinyBundle.Write(Folder, TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        File.WriteAllText(Manifest, "// hand-written\n" + File.ReadAllText(Manifest).TrimEnd().TrimEnd('}') + ",}");
        Assert.Equal("sum", ModelBundle.Load(Folder).Manifest.Name);
    }

    private void Write(string manifest)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Manifest, manifest);
    }

    private void AssertRefused(string expected, string alsoExpected)
    {
        var e = Assert.Throws<BundleException>(() => ModelBundle.Load(Folder));
        Assert.Contains(expected, e.Message);
        Assert.Contains(alsoExpected, e.Message);
    }
}
