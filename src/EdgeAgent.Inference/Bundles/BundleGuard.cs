namespace EdgeAgent.Inference.Bundles;

/// <summary>A bundle is a guest: whatever goes wrong while it is looked at is a refusal that names it, never the end of its host.</summary>
internal static class BundleGuard
{
    /// <param name="name">The file or folder that is looked at.</param>
    /// <param name="work">Looks at it.</param>
    /// <exception cref="BundleException">It cannot be used, for whatever reason.</exception>
    public static T Run<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (BundleException)
        {
            throw;
        }
        catch (IOException e) when (e is Files.NotAFileException)
        {
            throw new BundleException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{name}: cannot be read: {e.Message}", e);
        }
        catch (OutOfMemoryException e)
        {
            throw new BundleException($"{name}: asks for more memory than there is", e);
        }
        // A guest finds ways that nobody has thought of, and each of them says the same: this bundle cannot be used.
        catch (Exception e)
        {
            throw new BundleException($"{name}: cannot be used: {e.GetBaseException().Message}", e);
        }
    }
}
