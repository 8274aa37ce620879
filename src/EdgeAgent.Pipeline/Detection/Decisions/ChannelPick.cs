using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// The channel of one device that a model for any channel judges where nobody has said which: the only one that the device
/// sends. It is settled after some readings, and then kept, through restarts too: one that comes later must not take its place.
/// </summary>
internal sealed class ChannelPick
{
    /// <summary>Bytes that <see cref="Save"/> writes: length, check sum, the name in UTF-8.</summary>
    public const int SavedBytes = 256;

    private const int NameAt = 2 * sizeof(int);
    /// <summary>In place of a name's length: the device leaves no choice to make.</summary>
    private const int Several = -1;
    /// <summary>A device that sends several channels may send one of them alone, but not for so many readings.</summary>
    private const int SettledAfter = 30;

    private readonly BundleManifest _manifest;
    private readonly ChannelNaming _unnamed;
    private ChannelNames? _channels;
    private int _position = -1;
    private int _readings;
    private bool _hasSeveral;

    /// <param name="manifest">The model.</param>
    /// <param name="unnamed">What the model's channels are called until there is a choice.</param>
    public ChannelPick(BundleManifest manifest, ChannelNaming unnamed) => (_manifest, _unnamed, Naming) = (manifest, unnamed, unnamed);

    /// <summary>The channel; null: the device has not left only one choice yet.</summary>
    public string? Name { get; private set; }

    public ChannelNaming Naming { get; private set; }

    /// <summary>Rises with every change of what <see cref="Save"/> writes.</summary>
    public int Changes { get; private set; }

    /// <summary>Where the channel stands in a reading; −1: nowhere, or there is none yet.</summary>
    public int Position(ReadOnlySpan<float> values, ChannelNames channels)
    {
        if (_readings < SettledAfter) Settle(values, channels);
        if (Name is null || ReferenceEquals(channels, _channels)) return _position;
        (_channels, _position) = (channels, channels.IndexOf(Name));
        return _position;
    }

    /// <summary>Forgets the choice: the device's next reading makes it anew.</summary>
    public void Clear()
    {
        (Name, Naming, _channels, _position, _readings, _hasSeveral) = (null, _unnamed, null, -1, 0, false);
        Changes++;
    }

    /// <summary>Writes the choice, and gives what is left of the room. A name too long for it is chosen anew after a restart.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        var place = room[..SavedBytes];
        place.Clear();
        if (Name is not null && Encoding.UTF8.TryGetBytes(Name, place[NameAt..], out var bytes))
        {
            MemoryMarshal.Write(place, bytes);
            MemoryMarshal.Write(place[sizeof(int)..], CheckSum.Of(place.Slice(NameAt, bytes)));
        }
        if (_hasSeveral) MemoryMarshal.Write(place, Several);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        var bytes = MemoryMarshal.Read<int>(saved);
        _hasSeveral = bytes == Several;
        if (bytes is > 0 and <= SavedBytes - NameAt)
        {
            var name = saved.Slice(NameAt, bytes);
            if (CheckSum.Of(name) == MemoryMarshal.Read<uint>(saved[sizeof(int)..]))
            {
                Take(Encoding.UTF8.GetString(name));
                _readings = SettledAfter;
            }
        }
        return saved[SavedBytes..];
    }

    /// <summary>Takes the first channel that comes, and gives it up when another does.</summary>
    private void Settle(ReadOnlySpan<float> values, ChannelNames channels)
    {
        if (_hasSeveral) return;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i])) continue;
            if (Name is null)
            {
                Take(channels.Names[i]);
            }
            else if (channels.Names[i] != Name)
            {
                Clear();
                _hasSeveral = true;
                return;
            }
        }
        if (Name is not null) _readings++;
    }

    private void Take(string name)
    {
        (Name, Naming, _channels) = (name, new ChannelNaming(_manifest, [name]), null);
        Changes++;
    }
}
