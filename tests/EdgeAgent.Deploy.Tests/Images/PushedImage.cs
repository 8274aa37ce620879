using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace EdgeAgent.Deploy.Tests.Images;

/// <summary>One file of an image.</summary>
internal sealed record ImageFile(string Path, TarEntryType Type, UnixFileMode Mode, int Owner, byte[] Content);

/// <summary>An image in the form in which a registry gets it.</summary>
internal sealed class PushedImage
{
    private readonly string _folder;
    private readonly JsonElement _manifest;

    public PushedImage(string folder)
    {
        _folder = folder;
        _manifest = Json("manifest.json");
        Configuration = Json(Blob(_manifest.GetProperty("config")));
    }

    /// <summary>What is said of the image: architecture, user, labels.</summary>
    public JsonElement Configuration { get; }

    public long CompressedBytes => _manifest.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("size").GetInt64());

    public IReadOnlyList<ImageFile> Files()
    {
        var files = new List<ImageFile>();
        foreach (var layer in _manifest.GetProperty("layers").EnumerateArray())
        {
            using var unzipped = new GZipStream(File.OpenRead(Path.Combine(_folder, Blob(layer))), CompressionMode.Decompress);
            using var tar = new TarReader(unzipped);
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                files.Add(new ImageFile(
                    entry.Name.TrimStart('.', '/').TrimEnd('/'), entry.EntryType, entry.Mode, entry.Uid, content.ToArray()));
            }
        }
        return files;
    }

    private JsonElement Json(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, file)));
        return json.RootElement.Clone();
    }

    private static string Blob(JsonElement described) => described.GetProperty("digest").GetString()!["sha256:".Length..];
}
