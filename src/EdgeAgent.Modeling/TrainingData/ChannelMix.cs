using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.TrainingData;

/// <summary>
/// Puts windows together from channels of several normal ones. Where there are many channels and few recordings, a network
/// would otherwise learn each of these by heart and take everything else for a fault.
/// </summary>
/// <remarks>Half of the windows stay as they were, so that what moves together is still learned.</remarks>
internal sealed class ChannelMix(int length, int channels)
{
    private const int Kept = 256, Tries = 4;
    private const double MixedShare = 0.5, OtherShare = 0.5;

    private readonly float[] _windows = new float[Kept * length * channels];
    private int _count;

    /// <param name="z">[length, channels], kept as it is for later windows, then changed in place.</param>
    /// <param name="random">Chooses channels and where they come from.</param>
    public void Mix(Span<float> z, SplittableRandom random)
    {
        Keep(z);
        if (random.Uniform() >= MixedShare) return;
        for (var c = 0; c < channels; c++)
        {
            if (random.Uniform() >= OtherShare) continue;
            var other = Window(random.Below(Math.Min(_count, Kept)));
            for (var r = 0; r < length; r++)
                z[r * channels + c] = other[r * channels + c];
        }
    }

    /// <summary>Keeps a window for later ones.</summary>
    public void Keep(ReadOnlySpan<float> z) => z.CopyTo(Window(_count++ % Kept));

    /// <summary>Puts one channel of another window, of some the one in which it lies farthest, into a window.</summary>
    public void TakeFarthest(Span<float> z, int channel, SplittableRandom random)
    {
        var (best, farthest, here) = (0, -1f, Mean(z, channel));
        for (var t = 0; t < Tries; t++)
        {
            var index = random.Below(Math.Min(_count, Kept));
            var distance = Math.Abs(Mean(Window(index), channel) - here);
            if (distance > farthest) (best, farthest) = (index, distance);
        }
        var other = Window(best);
        for (var i = channel; i < z.Length; i += channels)
            z[i] = other[i];
    }

    private float Mean(ReadOnlySpan<float> z, int channel)
    {
        var sum = 0f;
        for (var i = channel; i < z.Length; i += channels)
            sum += z[i];
        return sum / length;
    }

    private Span<float> Window(int index) => _windows.AsSpan(index * length * channels, length * channels);
}
